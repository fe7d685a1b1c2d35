import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { VatRiskError } from '../../pipeline/shared/errors.ts';

/** Who writes a stream: enough to tell, after a crash or a restart, whether that process still lives. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly boot: string;
  /** Start of the process in clock ticks since boot: a number used again has another. */
  readonly started: string;
  readonly nonce: string;
}

const LOOK_AGAIN_MILLISECONDS = 25;

/**
 * Makes this process the only writer of a stream; a lock left by a dead process is taken over. Rejects with AUDIT_UNAVAILABLE
 * naming the holder where a living one, or one on another machine, still has it after `waitMilliseconds`.
 */
export async function lockStream(folder: string, waitMilliseconds = 0): Promise<() => void> {
  const lock = join(folder, 'writer.lock');
  const mine: Holder = { pid: process.pid, host: hostname(), boot: bootId(), started: startOf(process.pid), nonce: randomBytes(8).toString('hex') };
  for (let waited = 0; ; waited += LOOK_AGAIN_MILLISECONDS) {
    const holder = tryLock(lock, mine);
    if (holder === undefined) break;
    if (waited >= waitMilliseconds) throw heldBy(lock, holder);
    await sleep(LOOK_AGAIN_MILLISECONDS);
  }
  return () => {
    if (readHolder(lock)?.nonce === mine.nonce) rmSync(lock, { force: true });
  };
}

/** Whether a living process, or one that cannot be asked, writes a stream. */
export function isLocked(folder: string): boolean {
  const holder = readHolder(join(folder, 'writer.lock'));
  return holder !== undefined && mayLive(holder);
}

/** Takes the lock, or tells who has it. */
function tryLock(lock: string, mine: Holder): Holder | undefined {
  const draft = `${lock}.${mine.nonce}`;
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    linkSync(draft, lock); // whole at once: nobody reads half a lock
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const holder = readHolder(lock);
  if (holder === undefined) return tryLock(lock, mine); // given back meanwhile
  if (mayLive(holder)) return holder;
  return takeOver(lock, holder, mine) ? undefined : holder;
}

/**
 * Replaces a dead holder's lock. Only who holds the file named after that very lock may replace it, so that of two processes that
 * both saw the dead one the second cannot remove the first one's fresh lock.
 */
function takeOver(lock: string, dead: Holder, mine: Holder): boolean {
  const right = `${lock}.after-${dead.nonce}`;
  try {
    writeFileSync(right, JSON.stringify(mine), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  if (readHolder(lock)?.nonce === dead.nonce) {
    renameSync(right, lock);
    return true;
  }
  rmSync(right, { force: true });
  return false;
}

function readHolder(lock: string): Holder | undefined {
  let text: string;
  try {
    text = readFileSync(lock, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { pid, host, boot, started, nonce } = JSON.parse(text) as Partial<Holder>;
    if (typeof pid === 'number' && host !== undefined && boot !== undefined && started !== undefined && /^[0-9a-f]{16}$/u.test(nonce ?? '')) return { pid, host, boot, started, nonce: nonce ?? '' };
  } catch {
    // Falls through: a lock that cannot be read is not ours to remove.
  }
  throw new VatRiskError('AUDIT_UNAVAILABLE', `The lock ${lock} cannot be understood; remove it when no process of vatrisk runs.`);
}

function mayLive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true; // another machine cannot be asked
  if (holder.boot !== bootId()) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return startOf(holder.pid) === holder.started;
}

function heldBy(lock: string, { pid, host }: Holder): VatRiskError {
  const advice = host === hostname() ? 'Wait until it ends.' : `If nothing runs there any more, remove ${lock}.`;
  return new VatRiskError('AUDIT_UNAVAILABLE', `The audit stream is written by process ${pid} on ${host}; one stream has one writer. ${advice}`);
}

function bootId(): string {
  return readQuietly('/proc/sys/kernel/random/boot_id');
}

function startOf(pid: number): string {
  const stat = readQuietly(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // from field 3 of proc(5) on; the name before it may hold blanks
  return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '');
}

/** Of a system without /proc, nothing: the number of the process alone counts there. */
function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
