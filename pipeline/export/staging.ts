import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { VatRiskError } from '../shared/errors.ts';
import { syncPath } from '../snapshot/durable.ts';

/** One file of an export, by its name in the folder of the export. */
export interface WrittenFile {
  readonly file: string;
  /** Table it holds; '' for a workbook with all of them. */
  readonly table: string;
  /** Part of the table, from 1. */
  readonly part: number;
  readonly rows: number;
  readonly bytes: number;
  readonly sm3: string;
}

/**
 * A place beside the final one where an export is made. Nothing stands under a final name before everything is whole and on disk; files of a set take
 * their names one after the other, its manifest last of all.
 */
export class Staging {
  readonly folder: string;
  /** Folder of the final files. */
  readonly #target: string;
  readonly #name: string;

  constructor(file: string) {
    this.#target = dirname(file);
    this.#name = basename(file);
    this.folder = guarded(() => {
      mkdirSync(this.#target, { recursive: true });
      return mkdtempSync(join(this.#target, `.${this.#name}.partial-`));
    });
  }

  /** Name of a part of a table: FILE itself for the first table, FILE-表.csv beside it for the others, a number before the ending from the second part on. */
  nameOf(table: string, isFirstTable: boolean, part: number): string {
    const ending = extname(this.#name);
    const stem = this.#name.slice(0, this.#name.length - ending.length);
    return `${stem}${isFirstTable ? '' : `-${table}`}${part === 1 ? '' : `.part${part}`}${ending}`;
  }

  get manifestName(): string {
    return `${this.#name}.manifest.json`;
  }

  pathOf(name: string): string {
    return join(this.folder, name);
  }

  /** What stands in a finished file. */
  async written(name: string, of: Pick<WrittenFile, 'table' | 'part' | 'rows'>): Promise<WrittenFile> {
    const hash = createHash('sm3');
    for await (const chunk of createReadStream(this.pathOf(name))) hash.update(chunk as Buffer);
    return { file: name, ...of, bytes: statSync(this.pathOf(name)).size, sm3: hash.digest('hex') };
  }

  /** Gives every file its final name. Files of a former set under the same manifest that are not made again go away first. */
  commit(names: readonly string[]): void {
    guarded(() => {
      for (const name of names) syncPath(this.pathOf(name));
      const manifest = join(this.#target, this.manifestName);
      const former = existsSync(manifest) ? filesOf(manifest) : [];
      rmSync(manifest, { force: true });
      for (const name of former.filter((one) => !names.includes(one))) rmSync(join(this.#target, name), { force: true });
      for (const name of names) renameSync(this.pathOf(name), join(this.#target, name));
      syncPath(this.#target);
    });
  }

  /** Takes the place away with all that was not committed. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Names a former manifest lists, those of this folder only. */
function filesOf(manifest: string): string[] {
  try {
    const { files = [] } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly files?: readonly { readonly file: string }[] };
    return files.map(({ file }) => file).filter((file) => file === basename(file));
  } catch {
    return [];
  }
}

/** Runs file work; what the disk refuses becomes DISK_FAILED. */
export function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw diskFailed(cause);
  }
}

/** The error of a file that could not be written; other errors of ours stay as they are. */
export function diskFailed(cause: unknown): VatRiskError {
  if (cause instanceof VatRiskError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new VatRiskError('DISK_FAILED', `The export could not be written: ${why}. Name a file in a folder you may write to, with room.`, { cause });
}
