import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate, type EvaluateOptions, type Evaluation } from '../../../pipeline/evaluate/evaluate.ts';
import { VatRiskError } from '../../../pipeline/shared/errors.ts';
import { openSnapshot } from '../../../pipeline/snapshot/open-snapshot.ts';
import { writeGradedSnapshot } from '../../support/graded-snapshot.ts';

const scratch = mkdtempSync(join(tmpdir(), 'evaluate-'));
const out = join(scratch, 'out');
beforeAll(async () => {
  await writeGradedSnapshot(out, {
    runId: 'R1',
    taxpayers: [
      { id: 'T1', score: 95, level: 'high', amountAtRisk: 500, rings: ['P1'], isSuspended: true },
      { id: 'T2', score: 80, level: 'high', rings: ['P1'] },
      { id: 'T3', score: 40, level: 'medium', rings: ['P2'] },
      { id: 'T4', score: 0, level: 'none' },
      { id: 'T5', score: 0, level: 'none' },
      { id: 'T6', score: 0, level: 'insufficient_data', rings: ['P3'] },
    ],
    hits: [
      { id: 'T1', code: 'VR-01', tier: 'T1', family: 'hidden_sales' },
      { id: 'T1', code: 'VR-01', tier: 'T2', family: 'hidden_sales' },
      { id: 'T4', code: 'VR-01', tier: 'T2', family: 'hidden_sales' },
      { id: 'T5', code: 'VR-02', tier: 'T1', family: 'administration', supervision: true },
    ],
    claims: [
      { claim: 'C1', id: 'T1', lane: 'suspend', level: 'high', score: 95, claimed: 100 },
      { claim: 'C2', id: 'T2', lane: 'fast', level: 'none', score: 0, claimed: 50 },
      { claim: 'C3', id: 'T4', lane: 'fast', level: 'none', score: 0, claimed: 60 },
      { claim: 'C4', id: 'T5', lane: 'normal', level: 'medium', score: 30, claimed: 70, hits: ['VR-01'] },
      { claim: 'C5', id: 'T6', lane: 'fast', level: 'none', score: 0, claimed: 1000 },
      { claim: 'C6', id: 'T5', lane: 'fast', level: 'none', score: 0, claimed: 1000, isUnderTest: false },
    ],
  });
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

let files = 0;
function file(text: string | Buffer): string {
  const path = join(scratch, `file-${(files += 1)}.csv`);
  writeFileSync(path, text);
  return path;
}

async function evaluated(labels: string | Buffer, options: Partial<EvaluateOptions> = {}): Promise<Evaluation> {
  const snapshot = await openSnapshot(out);
  try {
    return await evaluate(snapshot, { labelsFile: file(labels), catalogue: [{ code: 'VR-01', name: { zh: '甲', en: 'first' } }], seed: 42, resamples: 50, ...options });
  } finally {
    await snapshot.close();
  }
}

const failure = (labels: string, options: Partial<EvaluateOptions> = {}): Promise<VatRiskError> =>
  evaluated(labels, options).then(() => { throw new Error('it was accepted'); }, (error: unknown) => {
    if (error instanceof VatRiskError) return error;
    throw error;
  });

const PLAIN = 'taxpayer_id,label\nT1,fraud\nT2,fraud\nT3,honest\nT4,honest\nT5,honest\n';

describe('a labels file', () => {
  it.each([
    ['plain', PLAIN],
    ['with a byte order mark and CRLF', `\ufeff${PLAIN.replaceAll('\n', '\r\n')}`],
    ['quoted, with blanks, empty lines, other words and another order of columns', '" label ",x,"TAXPAYER_ID"\n 1 ,,"T1"\n\nConfirmed,,t2\n0,,T3\nFALSE,,T4\n\ncleared,,\u3000T5\u00a0\n'],
    ['with Chinese headers and words', '纳税人识别号,核查结论\nT1,属实\nT2,属实\nT3,不属实\nT4,不属实\nT5,不属实\n'],
    ['without a last line ending', PLAIN.trimEnd()],
  ])('%s says the same', async (_, text) => {
    const { labels, base_rate, auc, coverage } = await evaluated(text);
    expect(labels).toMatchObject({ records: 5, usable: 5, refused: [] });
    expect(base_rate).toMatchObject({ part: 2, whole: 5 });
    expect(coverage).toMatchObject({ part: 5, whole: 6 });
    expect(auc.value).toBe(1);
  });

  it('is read in the truth format of the simulator', async () => {
    const text = 'taxpayer_id,label,archetype,role,ring_id,from,to,tax_yuan\nT1,fraud,closed_loop,issuer,L1,2025-01-01,2025-02-01,10.50\nT2,fraud,closed_loop,member,L1,,,"1,000"\nT3,honest,,,,,,\n';
    const { capacity, rings } = await evaluated(text, { capacity: 1 });
    expect(capacity).toMatchObject({ caught_yuan: 10.5, all_yuan: 1010.5 });
    expect(rings?.recall).toMatchObject({ part: 1, whole: 1 });
  });

  it('tells every row that does not count, by line and reason, and goes on with the others', async () => {
    const text = [
      'taxpayer_id,label,amount', 'T1,fraud,5', 'T2,部分,', '', 'T3,fraud,lots', ',fraud,', 'T4,honest,', 'T4,honest,', 'T5,fraud,', 'T5,honest,', 'T9,honest,', 'T6,honest,,too many', 'T6,无法核实,', '"T6', '",honest,', 'T3,honest,-1', '',
    ].join('\n');
    const { labels } = await evaluated(text);
    expect(labels.usable).toBe(3); // the id of line 14 goes over two lines
    expect(labels.refused).toEqual([
      { line: 3, reason: 'label_unknown' },
      { line: 5, reason: 'amount_unreadable' },
      { line: 6, reason: 'id_missing' },
      { line: 8, reason: 'repeated' },
      { line: 9, reason: 'contradiction' },
      { line: 10, reason: 'contradiction' },
      { line: 11, reason: 'not_in_snapshot' },
      { line: 12, reason: 'columns' },
      { line: 13, reason: 'label_unknown' },
      { line: 16, reason: 'amount_unreadable' },
    ]);
  });

  it('says the same in any order of its rows', async () => {
    const lines = ['T1,1,L1,5', 'T2,1,L1,7', 'T3,0,,', 'T4,1,L2,1', 'T5,0,,', 'T6,0,,'];
    const text = (rows: readonly string[]) => `taxpayer_id,label,ring_id,amount\n${rows.join('\n')}\n`;
    expect(await evaluated(text(lines.toReversed()))).toEqual(await evaluated(text(lines)));
  });

  it('tells how taxpayers were selected and when they were reviewed', async () => {
    const { labels } = await evaluated('taxpayer_id,label,selection,reviewed_on\nT1,1,score,2026-01-05\nT3,0,random,2026-03-01\nT4,0,random,someday\n');
    expect(labels.selections).toEqual([{ selection: 'random', labelled: 2, positives: 0 }, { selection: 'score', labelled: 1, positives: 1 }]);
    expect(labels).toMatchObject({ reviewed_first: '2026-01-05', reviewed_last: '2026-03-01' });
  });

  it('without a usable row is refused with every reason and no taxpayer', async () => {
    const error = await failure('taxpayer_id,label\nT1,部分\nT99,fraud\nT2,fraud\nT2,honest\n');
    expect(error.code).toBe('LABELS_UNUSABLE');
    expect(error.exitCode).toBe(3);
    expect(error.details).toHaveLength(3);
    expect(error.details.join('\n')).toMatch(/line 2\).*line 4, 5\).*line 3\)/su);
    expect(error.details.join('\n')).not.toMatch(/T\d/u);
  });

  it.each([
    ['no rows', 'taxpayer_id,label\n', 'LABELS_UNUSABLE', /no usable label/u],
    ['nothing at all', '', 'FILE_REFUSED', /no header/u],
    ['the wrong columns, all told at once', 'taxpayer,lable\nT1,fraud\n', 'FILE_REFUSED', /no column taxpayer_id.*no column label/su],
    ['a column twice', 'taxpayer_id,label,label\nT1,fraud,honest\n', 'FILE_REFUSED', /several columns for label/u],
  ])('with %s is refused', async (_, text, code, message) => {
    const error = await failure(text);
    expect(error.code).toBe(code);
    expect([error.message, ...error.details].join('\n')).toMatch(message);
  });

  it('that is missing is an input that is missing', async () => {
    await expect(evaluated(PLAIN, { labelsFile: join(scratch, 'absent.csv') })).rejects.toMatchObject({ code: 'INPUT_MISSING' });
  });
});

describe('an evaluation', () => {
  it('of one class alone says what it can', async () => {
    const { auc, average_precision, levels } = await evaluated('taxpayer_id,label\nT1,honest\nT2,honest\n');
    expect(auc).toEqual({ value: null, interval: null });
    expect(average_precision).toEqual({ value: null, interval: null });
    expect(levels[0]).toMatchObject({ level: 'high', precision: { part: 0, whole: 2 }, recall: { share: null } });
  });

  it('counts findings once for each taxpayer, and none about the office', async () => {
    const { indicators, tiers, families } = await evaluated(PLAIN);
    expect(indicators).toMatchObject([{ group: 'VR-01', name: '甲', precision: { part: 1, whole: 2 }, lift: 1.25 }, { group: 'VR-02', name: '', precision: { whole: 0 }, lift: null }]);
    expect(tiers.map(({ group, precision }) => [group, precision.whole])).toEqual([['T1', 1], ['T2', 2], ['T3', 0], ['T4', 0]]);
    expect(families.find(({ group }) => group === 'hidden_sales')?.precision.whole).toBe(2);
    expect(families.find(({ group }) => group === 'administration')?.precision.whole).toBe(0);
  });

  it('shows what a grade says beside its score', async () => {
    const { flags } = await evaluated(PLAIN);
    expect(flags).toMatchObject([
      { group: 'in_ring', precision: { part: 2, whole: 3 } }, { group: 'suspend', precision: { part: 1, whole: 1 } }, { group: 'ineligible', lift: null }, { group: 'recompute' }, { group: 'cautious' },
    ]);
  });

  it('matches rings over labelled taxpayers, and leaves out those it knows nothing of', async () => {
    const { rings } = await evaluated('taxpayer_id,label,ring_id\nT1,1,L1\nT2,1,L1\nT3,1,L2\nT4,1,L3\nT5,1,L3\n');
    expect(rings).toMatchObject({ recall: { part: 1, whole: 2 }, precision: { part: 1, whole: 2 }, labels_too_small: 1, published_unlabelled: 1 });
    expect(rings?.known).toEqual([{ ring_id: 'L1', members: 2, matched: 'P1', overlap: 1 }, { ring_id: 'L3', members: 2, matched: null, overlap: 0 }]);
    expect((await evaluated(PLAIN)).rings).toBeNull();
  });

  it('judges claims under test by the label of the taxpayer, with the whole amount when nothing is known of what was due', async () => {
    const { refunds } = await evaluated(PLAIN);
    expect(refunds).toMatchObject({
      fraud_basis: 'whole', claims: 4, unlabelled_claims: 1, honest_smooth: { part: 1, whole: 2 }, fraud_yuan: 150, fraud_smooth_yuan: 50, fraud_fast_yuan: 50,
      held_up_by_lane: [{ name: 'normal', claims: 1 }], held_up_by_reason: [{ name: 'VR-01', claims: 1, claimed_yuan: 70 }],
    });
  });

  it('takes what was claimed above what was due from a claims file', async () => {
    const claimsFile = file('application_id,taxpayer_id,claimed_yuan,true_refundable_yuan\nC1,T1,100,25.5\n C3 ,T4,60,50\nC4,T5,70,unknown\nC4,T5\n');
    const { refunds } = await evaluated(PLAIN, { claimsFile });
    expect(refunds).toMatchObject({ fraud_basis: 'excess', fraud_yuan: 74.5, fraud_smooth_yuan: 0, claims_without_due: 1, honest_excess_yuan: 10, unreadable_rows: 2 });
  });

  it('counts look-alikes by kind, without those that the labels confirm', async () => {
    const groupsFile = file('taxpayer_id,kind,group_id\nT1,exporter,g1\nT2,agent,g2\nT4,agent,g2\nT4,agent,g2\nT6,agent,g2\nT77,agent,g2\n');
    const { look_alikes } = await evaluated('taxpayer_id,label\nT1,1\nT3,0\n', { groupsFile });
    expect(look_alikes).toMatchObject({ positives_left_out: 1, not_in_snapshot: 1, kinds: [{ kind: 'agent', members: 3, high: { part: 1 }, in_ring: { part: 2 } }] });
  });
});
