/**
 * Makes a large delivery, set-based, as Parquet with the columns and types of the contract:
 *   npx tsx bench/generate-delivery.ts --out DIR --taxpayers 300000 --invoices 10000000 --months 24 [--seed 42] [--lines] [--memory 6GB]
 * Returns follow from the invoices, the carry chain is exact, and nothing depends on anything but the arguments.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { openDuckDb } from '../pipeline/engine/duckdb-engine.ts';
import { sqlText } from '../pipeline/engine/sql-text.ts';
import type { Engine } from '../pipeline/engine/engine.ts';
import { exceptionVouchersSelect, inputUsesSelect, invoiceLinesSelect, invoicesSelect, invoiceStatements } from './delivery/invoices.ts';
import { macroStatements } from './delivery/macros.ts';
import { deferralsSelect, refundApplicationsSelect, sixTaxFilingsSelect, smallReturnStatement, smallScaleReturnsSelect } from './delivery/other-tables.ts';
import { creditRatingsSelect, partyStatement, taxpayerChangesSelect, taxpayersSelect } from './delivery/parties.ts';
import { returnStatements, schedule1Select, schedule2Select, vatReturnsSelect } from './delivery/returns.ts';
import { CUTOFF, monthLabel } from './delivery/shape.ts';
import type { DeliveryShape } from './delivery/shape.ts';

const ROWS_PER_FILE = 1_000_000;

export interface GenerateOptions extends DeliveryShape {
  readonly out: string;
  readonly memory: string;
  readonly threads: number;
}

/** Writes the delivery into `out`, which is replaced. The scratch database lies beside it and is removed. */
export async function generateDelivery(options: GenerateOptions): Promise<void> {
  const scratch = `${resolve(options.out)}.scratch`;
  await rm(options.out, { recursive: true, force: true });
  await rm(scratch, { recursive: true, force: true });
  await mkdir(options.out, { recursive: true });
  await mkdir(scratch, { recursive: true });
  const engine = await openDuckDb({
    path: join(scratch, 'delivery.duckdb'), threads: options.threads, memoryLimit: options.memory, tempDirectory: scratch,
  });
  try {
    await buildTables(engine, options);
    await writeTables(engine, options);
    await writeManifest(options);
  } finally {
    await engine.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function buildTables(engine: Engine, shape: DeliveryShape): Promise<void> {
  const statements = [
    ...macroStatements(shape), partyStatement(shape), ...invoiceStatements(shape), ...returnStatements(shape), smallReturnStatement(shape),
  ];
  for (const statement of statements) await engine.exec(statement);
}

async function writeTables(engine: Engine, options: GenerateOptions): Promise<void> {
  const tables: Record<string, string> = {
    taxpayers: taxpayersSelect(),
    taxpayer_changes: taxpayerChangesSelect(),
    credit_ratings: creditRatingsSelect(),
    input_uses: inputUsesSelect(),
    exception_vouchers: exceptionVouchersSelect(),
    vat_returns: vatReturnsSelect(),
    vat_return_schedule1: schedule1Select(),
    vat_return_schedule2: schedule2Select(),
    small_scale_returns: smallScaleReturnsSelect(),
    refund_applications: refundApplicationsSelect(options),
    six_tax_filings: sixTaxFilingsSelect(),
    deferrals: deferralsSelect(),
  };
  for (const [table, select] of Object.entries(tables)) await copy(engine, select, join(options.out, `${table}.parquet`));
  await writeParts(engine, options, 'invoices', invoicesSelect);
  if (options.lines) await writeParts(engine, options, 'invoice_lines', invoiceLinesSelect);
}

async function writeParts(engine: Engine, options: GenerateOptions, table: string, select: (from: number, to: number) => string): Promise<void> {
  await mkdir(join(options.out, table), { recursive: true });
  // Several files even for a small delivery: a folder of files is what a nightly export looks like.
  const size = Math.min(ROWS_PER_FILE, Math.ceil(options.invoices / 4));
  for (let from = 0, part = 0; from < options.invoices; from += size, part++) {
    const name = `part-${String(part).padStart(4, '0')}.parquet`;
    await copy(engine, select(from, Math.min(options.invoices, from + size)), join(options.out, table, name));
  }
}

async function copy(engine: Engine, select: string, path: string): Promise<void> {
  await engine.exec(`copy (${select}) to ${sqlText(path)} (format parquet, compression zstd)`);
}

async function writeManifest(options: GenerateOptions): Promise<void> {
  const span = { from: monthLabel(options, 0), to: monthLabel(options, options.months - 1), complete: true };
  const spanned = ['invoices', 'input_uses', 'vat_returns', 'vat_return_schedule1', 'vat_return_schedule2', 'small_scale_returns'];
  const manifest = { cutoff: CUTOFF, tables: Object.fromEntries(spanned.map((table) => [table, span])) };
  await writeFile(join(options.out, 'delivery.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Reads the flags shared by the generator and the benchmark. Throws on a number that is not a positive whole one. */
export function readShape(values: Record<string, string | boolean | undefined>): DeliveryShape {
  const whole = (name: string, fallback: number): number => {
    const given = values[name];
    const value = given === undefined ? fallback : Number(given);
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a positive whole number.`);
    return value;
  };
  return {
    taxpayers: whole('taxpayers', 300_000), invoices: whole('invoices', 10_000_000), months: whole('months', 24), seed: whole('seed', 42),
    lines: values['lines'] === true,
  };
}

/** Flags of a delivery's shape, for `parseArgs`. */
export const SHAPE_FLAGS = {
  taxpayers: { type: 'string' }, invoices: { type: 'string' }, months: { type: 'string' }, seed: { type: 'string' }, lines: { type: 'boolean' },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { ...SHAPE_FLAGS, out: { type: 'string' }, memory: { type: 'string' }, threads: { type: 'string' } } });
  if (values.out === undefined) throw new Error('--out DIR is required: the folder the delivery is written to (it is replaced).');
  const started = performance.now();
  await generateDelivery({ ...readShape(values), out: values.out, memory: values.memory ?? '6GB', threads: Number(values.threads ?? 2) });
  process.stderr.write(`delivery written to ${values.out} in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
