import { open, readFile, stat } from 'node:fs/promises';
import { VatRiskError } from '../../pipeline/shared/errors.ts';
import { canonicalJson } from './canonical-json.ts';
import type { AuditKey } from './key.ts';

/** The head of a stream at one moment. */
export interface Head {
  readonly stream: string;
  readonly seq: number;
  readonly hash: string;
  /** When it was sealed, UTC. */
  readonly at: string;
}

/** A second place that remembers heads, so that a cut tail shows. */
export interface Seal {
  /** Appends a head and forces it to disk. Rejects with AUDIT_UNAVAILABLE. */
  append(head: Head): Promise<void>;
}

/** A sealed head as it was found, or the number of a line that is none. */
export interface FoundSeal {
  readonly line: number;
  /** Undefined where the line was changed or made with another key. */
  readonly head: Head | undefined;
}

/** A seal file: JSON Lines that are only ever appended to, each with its own HMAC-SM3. It belongs out of reach of whoever can write the log. */
export function fileSeal(file: string, key: AuditKey): Seal {
  return {
    async append(head) {
      try {
        const handle = await open(file, 'a', 0o600);
        try {
          await handle.appendFile(`${(await isCutShort(file)) ? '\n' : ''}${sealLine(key, head)}\n`);
          await handle.datasync();
        } finally {
          await handle.close();
        }
      } catch (cause) {
        throw new VatRiskError('AUDIT_UNAVAILABLE', `The head of the audit stream ${head.stream} cannot be sealed in ${file}: ${(cause as Error).message}. Make the file writable; records since the last seal are not protected against a cut.`, { cause });
      }
    },
  };
}

/** Every sealed head of a file, in order. Throws AUDIT_UNAVAILABLE where it cannot be read. */
export async function readSeals(file: string, key: AuditKey): Promise<FoundSeal[]> {
  const text = await readFile(file, 'latin1').catch((cause: unknown) => {
    throw new VatRiskError('AUDIT_UNAVAILABLE', `The seal file ${file} cannot be read: ${(cause as Error).message}. Bring it back, or take serve.audit_seal_file out of the configuration to verify without seals.`, { cause });
  });
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, at) => ({ line: at + 1, head: readSeal(key, line) }));
}

function sealLine(key: AuditKey, { stream, seq, hash, at }: Head): string {
  const head = { at, hash, seq, stream };
  return canonicalJson({ ...head, seal: key.seals(canonicalJson(head)) });
}

function readSeal(key: AuditKey, line: string): Head | undefined {
  try {
    const { at, hash, seq, stream } = JSON.parse(line) as Head;
    return sealLine(key, { at, hash, seq, stream }) === line ? { at, hash, seq, stream } : undefined;
  } catch {
    return undefined;
  }
}

/** A line that a crash cut short must not swallow the next one. */
async function isCutShort(file: string): Promise<boolean> {
  const { size } = await stat(file);
  if (size === 0) return false;
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] !== 0x0a;
  } finally {
    await handle.close();
  }
}
