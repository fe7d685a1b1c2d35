/** Writes the sample province: `npx tsx data-samples/generate.ts --out DIR --seed 42 --taxpayers 300 --months 24 [--plants off]`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import iconv from 'iconv-lite';
import { brokenDelivery } from './generator/broken.ts';
import { chineseTaxpayers } from './generator/chinese-headers.ts';
import { generateProvince, labelsTable } from './generator/province.ts';
import type { Options } from './generator/world.ts';
import { csvText } from './generator/write.ts';

/** Every file of the sample by its path below the output folder. */
export function sampleFiles(options: Options): Map<string, Buffer> {
  const province = generateProvince(options);
  const files = new Map<string, Buffer>();
  for (const [name, table] of province.tables) files.set(`small/${name}.csv`, Buffer.from(csvText(table), 'utf8'));
  files.set('small/delivery.json', Buffer.from(province.manifest, 'utf8'));
  files.set('truth/labels.csv', Buffer.from(csvText(labelsTable(province.labels)), 'utf8'));
  const taxpayers = province.tables.get('taxpayers');
  if (taxpayers !== undefined) files.set('gb18030/taxpayers.csv', iconv.encode(csvText(chineseTaxpayers(taxpayers)), 'gb18030'));
  return files;
}

/** The broken delivery and, beside it, what must become of it. */
export function brokenFiles(): Map<string, Buffer> {
  const broken = brokenDelivery();
  const files = new Map([...broken.files].map(([path, bytes]) => [`broken/${path}`, bytes]));
  return files.set('broken-expected.json', Buffer.from(broken.expected, 'utf8'));
}

export function writeFiles(folder: string, files: ReadonlyMap<string, Buffer>): void {
  for (const [path, bytes] of files) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

function wholeNumber(text: string, name: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) throw new Error(`--${name} must be a whole number of at least ${least}, found "${text}"`);
  return value;
}

function main(): void {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      seed: { type: 'string', default: '42' },
      taxpayers: { type: 'string', default: '300' },
      months: { type: 'string', default: '24' },
      plants: { type: 'string', default: 'on' },
    },
  });
  if (values.out === undefined) throw new Error('--out DIR is missing: name the folder to write to');
  const options: Options = {
    seed: wholeNumber(values.seed, 'seed', 0),
    taxpayers: wholeNumber(values.taxpayers, 'taxpayers', 20),
    months: wholeNumber(values.months, 'months', 13),
    plants: values.plants !== 'off',
  };
  const files = new Map([...sampleFiles(options), ...brokenFiles()]);
  writeFiles(values.out, files);
  const bytes = [...files.values()].reduce((sum, each) => sum + each.length, 0);
  process.stdout.write(`${files.size} files, ${bytes} bytes\n`);
}

if (process.argv[1] === import.meta.filename) main();
