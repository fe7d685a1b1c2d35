// Data flows one way: pipeline (shared, engine, contract, ingest, features) → indicators → models → snapshot → ring-picture, explain, calibrate, capacity → api.
// Each zone lists what the target may not import. The commands at the edge (cli, commands, run) may see everything but api.
const zone = (target, from, why) => ({ target, from, message: why });
const later = {
  indicators: './indicators',
  models: './models',
  snapshot: './pipeline/snapshot',
  'ring-picture': './pipeline/ring-picture',
  explain: './pipeline/explain',
  calibrate: './pipeline/calibrate',
  capacity: './pipeline/capacity',
  commands: './pipeline/commands',
  run: './pipeline/run',
  api: './api',
};
const forbid = (target, rooms) => rooms.map((room) => zone(target, later[room], `one way for data: ${target} must not read ${room}`));
export const zones = [
  ...['shared', 'engine', 'contract', 'config', 'ingest', 'features'].flatMap((room) =>
    forbid(`./pipeline/${room}`, ['indicators', 'models', 'snapshot', 'ring-picture', 'explain', 'calibrate', 'capacity', 'commands', 'run', 'api']),
  ),
  ...forbid('./indicators', ['models', 'snapshot', 'ring-picture', 'explain', 'calibrate', 'capacity', 'commands', 'run', 'api']),
  zone('./indicators', './pipeline/ingest', 'an indicator reads feature tables, never a delivery'),
  ...forbid('./models', ['snapshot', 'ring-picture', 'explain', 'calibrate', 'capacity', 'commands', 'run', 'api']),
  zone('./models', './pipeline/ingest', 'models never read a delivery'),
  ...forbid('./pipeline/snapshot', ['ring-picture', 'explain', 'calibrate', 'capacity', 'commands', 'run', 'api']),
  ...forbid('./pipeline/ring-picture', ['indicators', 'models', 'calibrate', 'capacity', 'commands', 'run', 'api']),
  zone('./pipeline/ring-picture', './pipeline/ingest', 'a picture is drawn from published snapshots only'),
  ...forbid('./pipeline/explain', ['indicators', 'calibrate', 'capacity', 'commands', 'run', 'api']),
  zone('./pipeline/explain', './pipeline/ingest', 'a grade is explained from published snapshots only'),
  ...forbid('./pipeline/run', ['calibrate', 'capacity', 'commands', 'api']),
  ...forbid('./pipeline/calibrate', ['capacity', 'commands', 'api']),
  zone('./pipeline/calibrate', './pipeline/ingest', 'calibration starts from a published run'),
  ...forbid('./pipeline/capacity', ['indicators', 'commands', 'run', 'api']),
  zone('./pipeline/capacity', './pipeline/ingest', 'queues are read from published snapshots only'),
  ...forbid('./api', ['indicators', 'models', 'commands', 'run']),
  zone('./api', './pipeline/ingest', 'the API reads published snapshots only'),
  zone('./api', './pipeline/features', 'the API reads published snapshots only'),
  ...forbid('./data-samples/simulator', ['indicators', 'models', 'snapshot', 'calibrate', 'capacity', 'commands', 'run', 'api']),
  zone('./data-samples/simulator', './pipeline/ingest', 'the simulator must not know how a delivery is read or judged'),
  zone('./data-samples/simulator', './pipeline/features', 'the simulator must not know how a delivery is read or judged'),
  zone('./pipeline/shared', './pipeline/!(shared)/**', 'shared depends on nothing of ours'),
];

