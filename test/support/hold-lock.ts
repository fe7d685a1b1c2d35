import { acquireRunLock } from '../../pipeline/run/lock.ts';

// A process of its own that takes the run lock of a folder, says so on stdout, and keeps it until it is killed or told to let go.
const [folder = '', runId = ''] = process.argv.slice(2);
const release = await acquireRunLock(folder, { runId, pid: process.pid });
process.stdout.write('held\n');
process.stdin.once('data', () => {
  void release().then(() => process.exit(0));
});
