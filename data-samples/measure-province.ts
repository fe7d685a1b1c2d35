/**
 * Measures a simulated province: its figures beside published ones, how well lazy detectors do on it, and whether one column gives the fraud away:
 *   npx tsx data-samples/measure-province.ts DIR [--only distributions|naive|columns] [--memory 3GB] [--threads 2]
 */
import { parseArgs } from 'node:util';
import { distributions } from './simulator/measure/distributions.ts';
import type { Figure } from './simulator/measure/distributions.ts';
import { naiveDetectors } from './simulator/measure/naive-detectors.ts';
import type { DetectorMeasure } from './simulator/measure/naive-detectors.ts';
import { withProvince } from './simulator/measure/province-files.ts';
import type { ProvinceFiles } from './simulator/measure/province-files.ts';
import { AUC_LIMIT, singleColumns } from './simulator/measure/single-column.ts';
import type { SingleColumnReport } from './simulator/measure/single-column.ts';

type Cells = readonly string[];

/** Lines of a table: the first column is left-aligned, the others to the right. */
export function tableText(header: Cells, rows: readonly Cells[]): string {
  const widths = header.map((title, at) => Math.max(title.length, ...rows.map((row) => (row[at] ?? '').length)));
  const line = (cells: Cells): string => cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ').trimEnd();
  return [line(header), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

function valueText({ unit, value }: Figure): string {
  if (unit === 'share') return percent(value);
  if (unit === 'yuan' || Number.isInteger(value)) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(2);
}

/** Figures as a table; their sources stand below it, each once. */
export function figuresText(figures: readonly Figure[]): string {
  const sources = [...new Set(figures.flatMap(({ source }) => source ?? []))];
  const rows = figures.map((figure) => [
    figure.name, valueText(figure), figure.withinExpected === undefined ? '' : figure.withinExpected ? 'yes' : 'NO',
    figure.published === undefined ? '' : `${figure.published}${figure.source === undefined ? '' : ` [${sources.indexOf(figure.source) + 1}]`}`,
  ]);
  return [tableText(['figure', 'value', 'as expected', 'published'], rows), '', ...sources.map((source, at) => `[${at + 1}] ${source}`)].join('\n');
}

export function detectorsText(measures: readonly DetectorMeasure[]): string {
  return tableText(['detector', 'best cut', 'flagged', 'precision', 'recall', 'F1', 'rings found'], measures.map((each) => [
    each.name, each.cut === undefined ? '' : each.cut.toPrecision(3), each.flagged.toLocaleString('en-US'),
    percent(each.precision), percent(each.recall), each.f1.toFixed(3), `${percent(each.ringRecall)} of ${each.rings}`,
  ]));
}

export function columnsText({ features, best, top }: SingleColumnReport): string {
  const rows = top.map(({ table, side, feature, auc }) => [`${table}${side === '' ? '' : ` (${side})`}: ${feature}`, auc.toFixed(4)]);
  const verdict = `best of ${features.toLocaleString('en-US')} aggregates: ${best.toFixed(4)}; aim: below ${AUC_LIMIT}: ${best < AUC_LIMIT ? 'reached' : 'MISSED'}`;
  return `${tableText(['column and aggregate', 'AUC'], rows)}\n\n${verdict}`;
}

const PARTS: Readonly<Record<string, { readonly title: string; readonly text: (files: ProvinceFiles) => Promise<string> }>> = {
  distributions: { title: 'Figures of the province', text: async (files) => figuresText(await distributions(files)) },
  naive: { title: 'Lazy detectors against the truth, by taxpayer', text: async (files) => detectorsText(await naiveDetectors(files)) },
  columns: { title: 'Single columns that tell fraud from honesty best', text: async (files) => columnsText(await singleColumns(files)) },
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true, options: { only: { type: 'string' }, memory: { type: 'string', default: '3GB' }, threads: { type: 'string', default: '2' } },
  });
  const [folder] = positionals;
  if (folder === undefined) throw new Error('DIR is missing: name the folder of a simulated province');
  const wanted = values.only === undefined ? Object.values(PARTS) : [PARTS[values.only]];
  await withProvince(folder, async (files) => {
    for (const part of wanted) {
      if (part === undefined) throw new Error(`--only ${values.only ?? ''}: expected one of ${Object.keys(PARTS).join(', ')}`);
      process.stdout.write(`${part.title}\n\n${await part.text(files)}\n\n`);
    }
  }, { memory: values.memory, threads: Number(values.threads) });
}

if (process.argv[1]?.endsWith('measure-province.ts') === true) await main();
