import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { matchRings } from '../../../data-samples/simulator/measure/ring-match.ts';
import { seededChance } from '../../../models/evaluate/chance.ts';
import { renderEvaluation } from '../../../pipeline/commands/render-evaluation.ts';
import { evaluate, type Evaluation } from '../../../pipeline/evaluate/evaluate.ts';
import { openSnapshot } from '../../../pipeline/snapshot/open-snapshot.ts';
import { jsonOf, runCli, SAMPLE } from '../../support/cli.ts';
import { cellsOf, parseCsv } from '../../support/delivery.ts';
import { parseXml } from '../../support/xml.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const scratch = mkdtempSync(join(tmpdir(), 'evaluate-command-'));
const [out, page] = [join(scratch, 'out'), join(scratch, 'reports', 'page.html')];
const truth = (name: string) => join(SAMPLE, 'truth', `${name}.csv`);
const [header = [], ...rows] = parseCsv(readFileSync(truth('labels'), 'utf8'));
const ids = rows.map(([id = '']) => id);

const command = async (...args: readonly string[]) => {
  const result = await runCli('evaluate', '--out', out, ...args);
  expect(result.code, result.stderr).toBe(0);
  return jsonOf(result) as Evaluation;
};
let evaluation: Evaluation;
beforeAll(async () => {
  const run = await runCli('run', '--input', SAMPLE, '--out', out);
  expect(run.code, run.stderr).toBe(0);
  evaluation = await command('--labels', truth('labels'), '--claims', truth('claims'), '--groups', truth('lookalikes'), '--html', page);
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

describe('vatrisk evaluate on the sample', () => {
  it('covers every taxpayer and tells positives from negatives better than chance', () => {
    const positives = rows.filter((row) => cellsOf(header, row)['label'] === 'fraud').length;
    expect(evaluation.labels).toMatchObject({ records: rows.length, usable: rows.length, refused: [] });
    expect(evaluation.coverage.share).toBe(1);
    expect(evaluation.base_rate).toMatchObject({ part: positives, whole: rows.length });
    // 0.69 when this was written: members of rings carried no points for them
    expect(evaluation.auc.value).toBeGreaterThan(0.65);
    expect(evaluation.auc.interval?.low).toBeGreaterThan(0.5);
    expect(evaluation.auc.interval?.high).toBeGreaterThanOrEqual(evaluation.auc.value ?? 1);
    expect(evaluation.average_precision.value).toBeGreaterThan(1.5 * (evaluation.base_rate.share ?? 1));
    expect(evaluation.capacity.capacity).toBe(positives);
    expect(evaluation.capacity.precision.share).toBeGreaterThan(2 * (evaluation.base_rate.share ?? 1));
  });

  it('counts every labelled taxpayer once in levels, bands and thresholds', () => {
    const wholes = (list: readonly { readonly whole: number }[]) => list.reduce((sum, { whole }) => sum + whole, 0);
    expect(wholes(evaluation.levels.map(({ precision }) => precision))).toBe(rows.length);
    expect(wholes(evaluation.calibration.map(({ observed }) => observed))).toBe(rows.length);
    const last = evaluation.thresholds.at(-1);
    expect((last?.positives ?? 0) + (last?.negatives ?? 0)).toBe(rows.length);
  });

  it('finds the rings that the measure of the simulator finds', async () => {
    const snapshot = await openSnapshot(out);
    try {
      const { planted, published } = await matchRings(snapshot.engine, join(SAMPLE, 'truth'));
      expect(evaluation.rings?.recall).toMatchObject({ part: planted.filter(({ ring_id }) => ring_id !== null).length, whole: planted.length });
      expect(evaluation.rings?.precision).toMatchObject({ part: published.filter(({ planted_id }) => planted_id !== null).length, whole: published.length });
    } finally {
      await snapshot.close();
    }
  });

  it('sets honest claims that go smoothly against undue money that does', () => {
    const { refunds } = evaluation;
    expect(refunds?.fraud_basis).toBe('excess');
    expect(refunds?.honest_smooth.share).toBeGreaterThan(refunds?.fraud_smooth_share ?? 1);
    expect(refunds?.honest_smooth.part).toBeGreaterThanOrEqual(refunds?.honest_fast.part ?? 1);
    const heldUp = refunds?.held_up_by_lane.reduce((sum, { claims }) => sum + claims, 0);
    expect(heldUp).toBe((refunds?.honest_smooth.whole ?? 0) - (refunds?.honest_smooth.part ?? 0));
  });

  it('finds nothing in labels that are dealt out anew, on average of ten times', async () => {
    const snapshot = await openSnapshot(out);
    const aucs: number[] = [];
    for (let seed = 1; seed <= 10; seed++) {
      const chance = seededChance(seed);
      const labels = rows.map((row) => cellsOf(header, row)['label'] ?? '');
      for (let at = labels.length - 1; at > 0; at--) {
        const other = chance.next(at + 1);
        [labels[at], labels[other]] = [labels[other] ?? '', labels[at] ?? ''];
      }
      const file = join(scratch, `dealt-${seed}.csv`);
      writeFileSync(file, `taxpayer_id,label\n${ids.map((id, at) => `${id},${labels[at] ?? ''}\n`).join('')}`);
      aucs.push((await evaluate(snapshot, { labelsFile: file, catalogue: [], seed: 42, resamples: 0 })).auc.value ?? 0);
    }
    await snapshot.close();
    const mean = aucs.reduce((sum, auc) => sum + auc, 0) / aucs.length;
    expect(mean).toBeGreaterThan(0.4);
    expect(mean).toBeLessThan(0.6);
  });

  it('covers a part of the taxpayers when the labels do, and a capacity when one is given', async () => {
    const file = join(scratch, 'part.csv');
    writeFileSync(file, `taxpayer_id,label\n${rows.slice(0, 50).map(([id = '', label = '']) => `${id},${label}\n`).join('')}`);
    const part = await command('--labels', file, '--capacity', '10', '--run', evaluation.snapshotId);
    expect(part.coverage).toMatchObject({ part: 50, whole: rows.length });
    expect(part.capacity).toMatchObject({ capacity: 10, precision: { whole: 10 } });
    expect(part.rings).toBeNull();
  });

  it('prints tables for a person, Chinese first, with every section', () => {
    const text = renderEvaluation(evaluation);
    for (const words of ['标签 labels', 'AUC', '各等级 per level', '校准 calibration', '指标（有命中的）', '团伙线索 rings', '合规申请顺利通过', '合法的相似户']) expect(text).toContain(words);
    expect(ids.filter((id) => text.includes(id))).toEqual([]);
    expect(text).not.toMatch(/undefined|NaN|认定/u);
  });

  it.each([
    ['a file that is not there', ['--labels', join('absent', 'labels.csv')], 3, /INPUT_MISSING/u],
    ['a capacity of nobody', ['--labels', truth('labels'), '--capacity', '0'], 2, /--capacity 0/u],
    ['a run that was never published', ['--labels', truth('labels'), '--run', 'absent'], 3, /SNAPSHOT_MISSING/u],
    ['a folder for a report', ['--labels', truth('labels'), '--html', scratch], 7, /DISK_FAILED/u],
  ])('%s is an error with its exit code', async (_, args, code, message) => {
    const result = await runCli('evaluate', '--out', out, ...args);
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(message);
    expect(result.stdout).toBe('');
  });
});

describe('the report', () => {
  const html = () => readFileSync(page, 'utf8');

  it('is well-formed and holds a chart of each kind', () => {
    const elements = parseXml(html().replace('<!DOCTYPE html>\n', ''));
    const titles = elements.filter(({ name }) => name === 'title').map(({ text }) => text);
    for (const words of ['ROC', 'precision and recall', 'observed rate', 'refund frontier', 'lift']) expect(titles.some((title) => title.includes(words)), words).toBe(true);
    expect(elements.filter(({ name }) => name === 'svg')).toHaveLength(5);
  });

  it('stands alone: no script, no reference, no style attribute, and says so to the browser', () => {
    expect(html()).not.toMatch(/<script|<link|<img|\bsrc=|\bhref=|\bstyle=|\bon\w+=|https?:|url\(|@import/u);
    expect(html()).toContain('default-src &apos;none&apos;; style-src &apos;unsafe-inline&apos;');
  });

  it('names no taxpayer and calls nobody guilty', () => {
    expect(ids.filter((id) => html().includes(id))).toEqual([]);
    expect(html()).not.toMatch(/undefined|NaN|Infinity|认定/u);
  });

  it('has the same bytes every time', async () => {
    const again = join(scratch, 'again.html');
    await command('--labels', truth('labels'), '--claims', truth('claims'), '--groups', truth('lookalikes'), '--html', again);
    expect(readFileSync(again, 'utf8')).toBe(html());
  });
});
