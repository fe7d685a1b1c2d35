/** A simulated province on disk: the delivery, its ground truth, and nothing else. */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openDuckDb } from '../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../pipeline/engine/engine.ts';
import { VatRiskError } from '../../pipeline/shared/errors.ts';
import { buildProvince } from './build-province.ts';
import type { OnStep } from './build-province.ts';
import type { SimulateOptions } from './options.ts';
import { IDLE_LABELS_STATEMENT, truthOutputs, truthParameters } from './truth/truth-outputs.ts';
import { writeDelivery, writeTables } from './write-delivery.ts';
import type { DeliveryFormat, WrittenTable } from './write-delivery.ts';

export interface SimulateRequest {
  readonly options: SimulateOptions;
  readonly out: string;
  readonly format: DeliveryFormat;
  readonly threads: number;
  /** Memory of the engine, for example '6GB'. */
  readonly memory: string;
  readonly onStep?: OnStep;
}

export interface SimulateReport {
  readonly out: string;
  readonly tables: readonly WrittenTable[];
  readonly truth: readonly WrittenTable[];
}

/** Files by which a folder shows that it holds a former simulation and may be replaced. */
const MARKS = ['delivery.json', join('truth', 'parameters.json')];

/**
 * Writes DIR/<table>.<format>, DIR/delivery.json and DIR/truth/. The work is done beside DIR and renamed at the end, so that DIR is whole or
 * absent. Throws USAGE when DIR holds something else.
 */
export async function simulate(request: SimulateRequest): Promise<SimulateReport> {
  const out = resolve(request.out);
  refuseForeign(out);
  const scratch = `${out}.scratch`;
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  try {
    const report = await fill(request, scratch);
    await rm(out, { recursive: true, force: true });
    await rename(join(scratch, 'province'), out);
    return { out, ...report };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function fill(request: SimulateRequest, scratch: string): Promise<Omit<SimulateReport, 'out'>> {
  const { options, format, onStep } = request;
  const engine = await openDuckDb({
    path: join(scratch, 'province.duckdb'), threads: request.threads, memoryLimit: request.memory, tempDirectory: join(scratch, 'spill'),
  });
  try {
    await buildProvince(engine, options, onStep);
    await engine.exec(IDLE_LABELS_STATEMENT);
    const folder = join(scratch, 'province');
    const tables = await writeDelivery(engine, options, folder, format, onStep);
    return { tables, truth: await writeTruth(engine, options, join(folder, 'truth')) };
  } finally {
    await engine.close();
  }
}

async function writeTruth(engine: Engine, options: SimulateOptions, folder: string): Promise<WrittenTable[]> {
  const written = await writeTables(engine, options, truthOutputs(options), folder, 'csv');
  await writeFile(join(folder, 'parameters.json'), `${JSON.stringify(await truthParameters(engine, options), null, 2)}\n`);
  return written;
}

function refuseForeign(out: string): void {
  if (!existsSync(out) || readdirSync(out).length === 0 || MARKS.every((mark) => existsSync(join(out, mark)))) return;
  throw new VatRiskError('USAGE', `The folder ${out} holds something other than a simulated province. Name an empty or new folder with --out.`);
}
