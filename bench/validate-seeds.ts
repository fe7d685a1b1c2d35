/**
 * Simulates a province for each of many seeds and checks each against its own truth files:
 *   npx tsx bench/validate-seeds.ts --work DIR [--from 1] [--seeds 20] [--taxpayers 600] [--invoices 12000] [--threads 2] [--memory 4GB]
 * Prints a line per seed with the failed checks; ends with 1 when any seed fails.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { validateProvince } from '../data-samples/simulator/measure/validate.ts';
import { simulateOptions } from '../data-samples/simulator/options.ts';
import { simulate } from '../data-samples/simulator/simulate.ts';

const { values } = parseArgs({
  options: {
    work: { type: 'string' }, from: { type: 'string', default: '1' }, seeds: { type: 'string', default: '20' }, taxpayers: { type: 'string', default: '600' },
    invoices: { type: 'string', default: '12000' }, threads: { type: 'string', default: '2' }, memory: { type: 'string', default: '4GB' },
  },
});
if (values.work === undefined) throw new Error('--work DIR is required: the folder the provinces are written below, one at a time.');

await mkdir(values.work, { recursive: true });
let passed = 0;
for (let seed = Number(values.from); seed < Number(values.from) + Number(values.seeds); seed += 1) {
  const out = await mkdtemp(join(values.work, `seed-${seed}-`));
  const options = simulateOptions({ taxpayers: Number(values.taxpayers), invoices: Number(values.invoices), seed });
  await simulate({ options, out, format: 'parquet', threads: Number(values.threads), memory: values.memory });
  const failed = (await validateProvince(out)).checks.filter(({ ok }) => !ok);
  console.log(`seed ${seed}: ${failed.length === 0 ? 'passed' : failed.map(({ name, failures, examples }) => `${name} ×${failures} (${examples.join(', ')})`).join('; ')}`);
  if (failed.length === 0) {
    passed += 1;
    await rm(out, { recursive: true });
  }
}
console.log(`${passed} of ${values.seeds} seeds pass`);
process.exitCode = passed === Number(values.seeds) ? 0 : 1;
