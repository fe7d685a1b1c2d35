import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { VatRiskError } from '../shared/errors.ts';
import { replaceFile } from '../snapshot/durable.ts';

/** Writes a file the user named, whole or not at all, with its folder. Throws DISK_FAILED when it cannot be written. */
export function writeResultFile(file: string, content: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    replaceFile(file, content);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new VatRiskError('DISK_FAILED', `The file could not be written: ${why}. Name a file in a folder you may write to.`, { cause });
  }
}
