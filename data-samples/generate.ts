/**
 * Writes the committed samples: `npx tsx data-samples/generate.ts [--out data-samples]`. small/ is a simulated province, gb18030/ its register
 * as a Chinese system exports it, broken/ a delivery that holds every ugliness of the input contract. Always the same bytes.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import iconv from 'iconv-lite';
import { brokenDelivery } from './broken-delivery/broken.ts';
import { chineseTaxpayers } from './broken-delivery/chinese-headers.ts';
import { csvText, tableFrom } from './broken-delivery/csv.ts';
import { simulateOptions } from './simulator/options.ts';
import type { SimulateOptions } from './simulator/options.ts';
import { simulate } from './simulator/simulate.ts';

/** The sample province: thin in invoices, so that all of it stays under five megabytes. */
export const SAMPLE_OPTIONS = simulateOptions({ taxpayers: 200, months: 24, seed: 42, invoices: 2_580 });
const SOUND_OPTIONS = simulateOptions({ taxpayers: 30, months: 14, seed: 7, rings: false });

/** Every file of a simulated province by its path below its folder. */
export async function provinceFiles(options: SimulateOptions): Promise<Map<string, Buffer>> {
  const folder = mkdtempSync(join(tmpdir(), 'vatrisk-sample-'));
  try {
    const out = join(folder, 'province');
    await simulate({ options, out, format: 'csv', threads: 2, memory: '2GB' });
    const paths = readdirSync(out, { recursive: true, encoding: 'utf8' }).map((path) => join(out, path)).filter((path) => statSync(path).isFile());
    return new Map(paths.sort().map((path) => [relative(out, path), readFileSync(path)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** small/ with its truth, and gb18030/. */
export async function sampleFiles(): Promise<Map<string, Buffer>> {
  const province = await provinceFiles(SAMPLE_OPTIONS);
  const files = new Map([...province].map(([path, bytes]) => [`small/${path}`, bytes]));
  const taxpayers = tableFrom(province.get('taxpayers.csv')?.toString('utf8') ?? '');
  return files.set('gb18030/taxpayers.csv', iconv.encode(csvText(chineseTaxpayers(taxpayers)), 'gb18030'));
}

/** broken/ and, beside it, what must become of it. */
export async function brokenFiles(): Promise<Map<string, Buffer>> {
  const province = await provinceFiles(SOUND_OPTIONS);
  const tables = new Map([...province].filter(([path]) => /^\w+\.csv$/u.test(path)).map(([path, bytes]) => [path.slice(0, -4), tableFrom(bytes.toString('utf8'))]));
  const broken = brokenDelivery({ tables, manifest: province.get('delivery.json')?.toString('utf8') ?? '' });
  const files = new Map([...broken.files].map(([path, bytes]) => [`broken/${path}`, bytes]));
  return files.set('broken-expected.json', Buffer.from(broken.expected, 'utf8'));
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: 'string', default: import.meta.dirname } } });
  const files = new Map([...(await sampleFiles()), ...(await brokenFiles())]);
  for (const folder of ['small', 'broken', 'gb18030']) rmSync(join(values.out, folder), { recursive: true, force: true });
  for (const [path, bytes] of files) {
    mkdirSync(join(values.out, path, '..'), { recursive: true });
    writeFileSync(join(values.out, path), bytes);
  }
  const bytes = [...files.values()].reduce((sum, each) => sum + each.length, 0);
  process.stdout.write(`${files.size} files, ${bytes} bytes\n`);
}

if (process.argv[1] === import.meta.filename) await main();
