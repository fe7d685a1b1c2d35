// Data flows one way: pipeline (shared, engine, contract, ingest, features) → indicators → models → snapshot → readers of snapshots → api.
// Each zone lists what the target may not import. The commands at the edge (cli, commands, run) may see everything but api.
const zone = (target, from, why) => ({ target, from, message: why });
// Rooms that read published snapshots; each lists the rooms beside it that it may read.
const readers = { 'ring-picture': [], explain: [], evaluate: [], compare: [], calibrate: ['explain', 'evaluate', 'run'], capacity: ['calibrate', 'evaluate'], export: [] };
const later = {
  indicators: './indicators',
  models: './models',
  snapshot: './pipeline/snapshot',
  ...Object.fromEntries(Object.keys(readers).map((room) => [room, `./pipeline/${room}`])),
  commands: './pipeline/commands',
  run: './pipeline/run',
  api: './api',
};
const forbid = (target, rooms) => rooms.map((room) => zone(target, later[room], `one way for data: ${target} must not read ${room}`));
const edge = ['commands', 'run', 'api'];
const afterSnapshot = [...Object.keys(readers), ...edge];
export const zones = [
  ...['shared', 'engine', 'contract', 'config', 'ingest', 'features'].flatMap((room) => forbid(`./pipeline/${room}`, ['indicators', 'models', 'snapshot', ...afterSnapshot])),
  ...forbid('./indicators', ['models', 'snapshot', ...afterSnapshot]),
  zone('./indicators', './pipeline/ingest', 'an indicator reads feature tables, never a delivery'),
  ...forbid('./models', ['snapshot', ...afterSnapshot]),
  zone('./models', './pipeline/ingest', 'models never read a delivery'),
  ...forbid('./pipeline/snapshot', afterSnapshot),
  ...Object.entries(readers).flatMap(([room, beside]) => forbid(`./pipeline/${room}`, afterSnapshot.filter((other) => other !== room && !beside.includes(other)))),
  ...forbid('./pipeline/ring-picture', ['indicators', 'models']),
  ...['ring-picture', 'explain', 'compare', 'calibrate', 'capacity', 'export'].map((room) => zone(`./pipeline/${room}`, './pipeline/ingest', 'what is published is read from snapshots only')),
  ...forbid('./pipeline/run', ['evaluate', 'explain', 'ring-picture', 'calibrate', 'capacity', 'export', 'commands', 'api']),
  ...forbid('./api', ['indicators', 'models', 'evaluate', 'calibrate', 'commands', 'run']),
  zone('./api', './pipeline/ingest', 'the API reads published snapshots only'),
  zone('./api', './pipeline/features', 'the API reads published snapshots only'),
  zone('./api', './pipeline/engine/duckdb-engine.ts', 'the API never holds an engine that can write'),
  ...forbid('./data-samples/simulator', ['indicators', 'models', 'snapshot', ...afterSnapshot]),
  zone('./data-samples/simulator', './pipeline/ingest', 'the simulator must not know how a delivery is read or judged'),
  zone('./data-samples/simulator', './pipeline/features', 'the simulator must not know how a delivery is read or judged'),
  zone('./pipeline/shared', './pipeline/!(shared)/**', 'shared depends on nothing of ours'),
];
