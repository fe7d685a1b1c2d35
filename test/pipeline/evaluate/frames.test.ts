import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { evaluate } from '../../../pipeline/evaluate/evaluate.ts';
import { evaluationFrames, openFrames } from '../../../pipeline/evaluate/frames.ts';
import { openSnapshot } from '../../../pipeline/snapshot/open-snapshot.ts';
import { writeGradedSnapshot } from '../../support/graded-snapshot.ts';

const scratch = mkdtempSync(join(tmpdir(), 'frames-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});
const taxpayers = [{ id: 'T1', score: 95.5, level: 'high', amountAtRisk: 0.1, rings: ['P1', 'P2'] }, { id: 'T2', score: 0, level: 'none' }];

it('a snapshot opens as frames, tables without rows included', async () => {
  const out = join(scratch, 'one');
  await writeGradedSnapshot(out, { runId: 'R1', taxpayers });
  const frames = await openFrames(out);
  expect(frames).toMatchObject({ runId: 'R1', asOf: '2026-11-16' });
  expect(frames.grades.columns.slice(0, 6)).toEqual(['taxpayer_id', 'score', 'level', 'color', 'amount_at_risk', 'ring_ids']);
  expect((frames.grades.values as unknown[][]).map((row) => row.slice(0, 6))).toEqual([['T1', 95.5, 'high', 'orange', 0.1, 'P1 P2'], ['T2', 0, 'none', 'none', 0, '']]);
  expect(frames.results.shape).toEqual([0, 7]);
  expect(frames.rings.shape).toEqual([2, 1]);
  await expect(openFrames(join(scratch, 'absent'))).rejects.toMatchObject({ code: 'SNAPSHOT_MISSING' });
});

it('the tables of an evaluation can be sliced', async () => {
  const [out, labels] = [join(scratch, 'two'), join(scratch, 'labels.csv')];
  await writeGradedSnapshot(out, { runId: 'R1', taxpayers });
  writeFileSync(labels, 'taxpayer_id,label\nT1,1\nT2,0\n');
  const snapshot = await openSnapshot(out);
  const evaluation = await evaluate(snapshot, { labelsFile: labels, catalogue: [], seed: 1, resamples: 10 });
  await snapshot.close();
  const { levels, calibration, indicators, flags } = await evaluationFrames(evaluation);
  expect(levels.columns).toEqual(['level', ...['precision', 'recall'].flatMap((rate) => ['part', 'whole', 'share', 'low', 'high'].map((part) => `${rate}_${part}`))]);
  const high = levels.query(levels.column('level').values.map((level) => level === 'high'));
  expect(high.column('precision_whole').values).toEqual([1]);
  expect([calibration, indicators, flags].map(({ shape }) => shape[0])).toEqual([12, 2, 5]);
});
