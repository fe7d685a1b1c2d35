import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nearest, VatRiskError } from '../shared/errors.ts';
import { parseManifest, type DeliveryManifest } from './delivery-manifest.ts';

export interface DeliveredFile {
  readonly table: string;
  readonly format: 'csv' | 'parquet';
  /** Path below its input folder, with `/`; the part that orders files. */
  readonly relativePath: string;
  /** Input folder and relative path joined: what is opened. */
  readonly path: string;
  /** Values of `period=…` and `month=…` folders as written; the deepest wins. */
  readonly partition: { readonly period?: string; readonly month?: string };
}

/** A name that belongs to no table: reported, not read (F_TABLE_UNKNOWN). */
export interface UnknownEntry {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  /** The table the name may have meant. */
  readonly nearestTable: string | null;
}

export interface Delivery {
  /** Files of each delivered table in file order: relative path by bytes, then input folders as given. Tables by name; absent ones are not in the map. */
  readonly tables: ReadonlyMap<string, readonly DeliveredFile[]>;
  readonly manifest: DeliveryManifest | null;
  readonly unknown: readonly UnknownEntry[];
}

interface Entry {
  readonly name: string;
  readonly relativePath: string;
  readonly path: string;
  readonly isFolder: boolean;
}

interface Search {
  readonly tableNames: readonly string[];
  readonly files: DeliveredFile[];
  readonly unknown: UnknownEntry[];
  /** Names that no text can hold; they would be lost without a trace. */
  readonly unreadable: string[];
}

const MANIFEST_NAME = 'delivery.json';

/**
 * Lists what a delivery of one or several folders holds: `<table>.csv`, `<table>.parquet` and everything under `<table>/`, all read as one table.
 * Names beginning with a dot and README files are passed over; any other name is listed as unknown.
 * Throws INPUT_MISSING (folder absent, unreadable or named twice, names that are not UTF-8) and CONFIG_INVALID (delivery.json), with every fault.
 */
export async function discoverDelivery(inputDirectories: readonly string[], tableNames: readonly string[]): Promise<Delivery> {
  await checkFolders(inputDirectories);
  const search: Search = { tableNames, files: [], unknown: [], unreadable: [] };
  const manifests: { path: string; text: string }[] = [];
  for (const directory of inputDirectories) {
    for (const entry of await listFolder(directory, '', search)) {
      if (entry.name === MANIFEST_NAME && !entry.isFolder) manifests.push({ path: entry.path, text: await readFile(entry.path, 'utf8') });
      else await placeEntry(entry, search);
    }
  }
  if (search.unreadable.length > 0) {
    throw new VatRiskError('INPUT_MISSING', 'File names of the delivery are not UTF-8 and cannot be opened by name. Expected UTF-8 names; rename them.', {
      details: search.unreadable,
    });
  }
  return { tables: byTable(search.files), manifest: parseManifest(manifests, tableNames), unknown: search.unknown.sort((a, b) => byteOrder(a.path, b.path)) };
}

async function checkFolders(directories: readonly string[]): Promise<void> {
  const faults: string[] = directories.length === 0 ? ['no input folder was named'] : [];
  const seen = new Map<string, string>();
  for (const directory of directories) {
    const found = await stat(directory).catch(() => null);
    if (found?.isDirectory() !== true) {
      faults.push(`${directory}: ${found === null ? 'does not exist or may not be read' : 'is not a folder'}`);
      continue;
    }
    const real = await realpath(directory);
    const twin = seen.get(real);
    if (twin !== undefined) faults.push(`${directory}: is the same folder as ${twin}; its rows would be read twice`);
    seen.set(real, directory);
  }
  if (faults.length > 0) {
    throw new VatRiskError('INPUT_MISSING', 'The delivery cannot be read. Expected one or more different, readable folders; check the paths and whether the transfer took place.', {
      details: faults,
    });
  }
}

/** Entries of a folder by name bytes, links followed; dot files and README files left out. */
async function listFolder(directory: string, relative: string, search: Search): Promise<Entry[]> {
  const names = await readdir(directory).catch((cause: unknown) => {
    throw new VatRiskError('INPUT_MISSING', 'A folder of the delivery may not be read. Expected read permission; grant it.', { details: [directory], cause });
  });
  const entries: Entry[] = [];
  for (const name of names.sort(byteOrder)) {
    if (name.startsWith('.') || /^readme(\.|$)/i.test(name)) continue;
    const path = join(directory, name);
    const relativePath = relative === '' ? name : `${relative}/${name}`;
    if (name.includes('\uFFFD')) {
      search.unreadable.push(path);
      continue;
    }
    const found = await stat(path).catch((cause: unknown) => {
      throw new VatRiskError('INPUT_MISSING', 'A name in the delivery leads nowhere. Expected a file or folder; repair or remove the link.', { details: [path], cause });
    });
    entries.push({ name, relativePath, path, isFolder: found.isDirectory() });
  }
  return entries;
}

/** Sorts one entry at the top of a delivery to its table or to the unknown. */
async function placeEntry(entry: Entry, search: Search): Promise<void> {
  const format = entry.isFolder ? null : formatOf(entry.name);
  const table = entry.isFolder ? entry.name : entry.name.replace(/\.[^.]*$/, '');
  const known = search.tableNames.includes(table);
  if (known && entry.isFolder) await searchTableFolder(entry, table, {}, [], search);
  else if (known && format !== null) search.files.push({ table, format, relativePath: entry.relativePath, path: entry.path, partition: {} });
  else search.unknown.push({ path: entry.path, kind: entry.isFolder ? 'folder' : 'file', nearestTable: nearest(table, search.tableNames) ?? null });
}

async function searchTableFolder(folder: Entry, table: string, partition: DeliveredFile['partition'], above: readonly string[], search: Search): Promise<void> {
  const real = await realpath(folder.path);
  if (above.includes(real)) {
    throw new VatRiskError('INPUT_MISSING', 'A link in the delivery leads back to a folder above it. Expected a finite tree; remove the link.', { details: [folder.path] });
  }
  for (const entry of await listFolder(folder.path, folder.relativePath, search)) {
    const format = formatOf(entry.name);
    // Writers of other systems leave `_SUCCESS` and half-written `_temporary` files.
    const known = !entry.name.startsWith('_') && (entry.isFolder || format !== null);
    if (!known) search.unknown.push({ path: entry.path, kind: entry.isFolder ? 'folder' : 'file', nearestTable: null });
    else if (entry.isFolder) await searchTableFolder(entry, table, { ...partition, ...partitionOf(entry.name) }, [...above, real], search);
    else if (format !== null) search.files.push({ table, format, relativePath: entry.relativePath, path: entry.path, partition });
  }
}

function partitionOf(folderName: string): DeliveredFile['partition'] {
  const [, key, value] = /^(period|month)=(.*)$/.exec(folderName) ?? [];
  if (value === undefined) return {};
  return key === 'period' ? { period: value } : { month: value };
}

function formatOf(name: string): 'csv' | 'parquet' | null {
  if (/\.csv$/i.test(name)) return 'csv';
  return /\.parquet$/i.test(name) ? 'parquet' : null;
}

function byTable(files: readonly DeliveredFile[]): Map<string, DeliveredFile[]> {
  const tables = new Map<string, DeliveredFile[]>();
  // The sort is stable: files of the same relative path stay in the order of the input folders.
  const ordered = [...files].sort((a, b) => byteOrder(a.table, b.table) || byteOrder(a.relativePath, b.relativePath));
  for (const file of ordered) {
    const group = tables.get(file.table);
    if (group === undefined) tables.set(file.table, [file]);
    else group.push(file);
  }
  return tables;
}

// The order of JavaScript strings is that of UTF-16 units, which differs from bytes beyond U+FFFF.
function byteOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}
