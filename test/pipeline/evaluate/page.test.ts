import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderEvaluation } from '../../../pipeline/commands/render-evaluation.ts';
import { evaluate } from '../../../pipeline/evaluate/evaluate.ts';
import { evaluationPage } from '../../../pipeline/evaluate/report/page.ts';
import { openSnapshot } from '../../../pipeline/snapshot/open-snapshot.ts';
import { writeGradedSnapshot } from '../../support/graded-snapshot.ts';
import { parseXml } from '../../support/xml.ts';

const scratch = mkdtempSync(join(tmpdir(), 'page-'));
beforeAll(async () => {
  await writeGradedSnapshot(join(scratch, 'out'), {
    runId: 'R1', taxpayers: [{ id: 'T1', score: 95, level: 'high' }, { id: 'T2', score: 0, level: 'none' }], claims: [],
  });
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

async function both(labels: string) {
  const file = join(scratch, 'labels.csv');
  writeFileSync(file, labels);
  const snapshot = await openSnapshot(join(scratch, 'out'));
  const evaluation = await evaluate(snapshot, { labelsFile: file, catalogue: [], seed: 1, resamples: 20 });
  await snapshot.close();
  return { page: evaluationPage(evaluation), text: renderEvaluation(evaluation) };
}

describe('the page and the tables of a person', () => {
  it.each([
    ['negatives alone', 'taxpayer_id,label\nT1,0\nT2,0\n'],
    ['positives alone', 'taxpayer_id,label\nT1,1\nT2,1\n'],
    ['one taxpayer', 'taxpayer_id,label,ring_id\nT1,1,L1\n'],
  ])('stay whole when labels know %s', async (_, labels) => {
    const { page, text } = await both(labels);
    expect(parseXml(page.replace('<!DOCTYPE html>\n', '')).length).toBeGreaterThan(50);
    for (const written of [page, text]) expect(written).not.toMatch(/NaN|undefined|null|Infinity/u);
  });

  it('show a hostile word of the labels file as text', async () => {
    const { page, text } = await both('taxpayer_id,label,selection\nT1,1,<script>alert(1)</script>\nT2,0,"\u202e\u001b[31m&"\n');
    expect(page).not.toMatch(/<script|\u001b|\u202e/u);
    expect(text).not.toMatch(/\u001b|\u202e/u);
    expect(parseXml(page.replace('<!DOCTYPE html>\n', '')).some(({ text: cell }) => cell === '<script>alert(1)</script>')).toBe(true);
  });
});
