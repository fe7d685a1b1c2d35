import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Forces a file or a folder entry to disk. */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Forces every file of a folder, the folders below and the folder itself to disk. */
export function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else syncPath(path);
  }
  syncPath(folder);
}

/** Replaces a small file so that a reader sees the old or the new text, never a part, whatever happens in between; `mode` is for files others must not read. */
export function replaceFile(path: string, text: string, mode?: number): void {
  const next = `${path}.next`;
  try {
    if (mode !== undefined) rmSync(next, { force: true }); // one that a crash left would keep its own mode
    writeFileSync(next, text, mode === undefined ? {} : { mode });
    syncPath(next);
    renameSync(next, path);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
  syncPath(dirname(path));
}

/** Moves a finished folder to its final name; the move is atomic within one file system. */
export function moveFolder(from: string, to: string): void {
  renameSync(from, to);
  syncPath(dirname(from));
  syncPath(dirname(to));
}
