import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { gradeOf } from '../../../models/grade/grade-of.ts';
import { nightly } from '../../../pipeline/commands/run.ts';
import { whatIf } from '../../../pipeline/commands/what-if.ts';
import { readEvidence } from '../../../pipeline/explain/read-evidence.ts';
import { explainTaxpayer, readJudgedHits } from '../../../pipeline/explain/read-explanation.ts';
import { drawWaterfall } from '../../../pipeline/explain/draw-waterfall.ts';
import { waterfallWords } from '../../../pipeline/commands/render-taxpayer.ts';
import { catalogueEntry, readCatalogue } from '../../../pipeline/snapshot/catalogue.ts';
import { findSnapshot, openPlace, openSnapshot, type Snapshot } from '../../../pipeline/snapshot/open-snapshot.ts';
import { SAMPLE } from '../../support/cli.ts';
import { parseXml } from '../../support/xml.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const scratch = mkdtempSync(join(tmpdir(), 'what-if-'));
const [out, tuned, parameters] = [join(scratch, 'out'), join(scratch, 'tuned'), join(scratch, 'tuned.yaml')];
const FILES = ['taxpayer_grades', 'claim_grades', 'indicator_matrix', 'indicator_results', 'score_bars'];
const silent = (): void => undefined;
let snapshot: Snapshot;

beforeAll(async () => {
  writeFileSync(parameters, 'indicators:\n  VR-31: { extra_input_minimum_yuan: 100000000 }\nscoring:\n  weights: { VR-18: 5, VR-34: 0 }\n  cuts: { yellow: 25 }\nevidence:\n  folds: 5\n');
  await nightly({ input: [SAMPLE], out }, new AbortController().signal);
  await nightly({ input: [SAMPLE], out: tuned, parameters }, new AbortController().signal);
  snapshot = await openSnapshot(out);
});
afterAll(async () => {
  await snapshot.close();
  rmSync(scratch, { recursive: true });
});

describe('a what-if', () => {
  it('equals a whole run with the same parameters, byte for byte, and changes nothing that is published', async () => {
    const [current, manifest] = [readFileSync(join(out, 'CURRENT'), 'utf8'), readFileSync(join(snapshot.folder, 'manifest.json'), 'utf8')];
    const found = await whatIf({ out, parameters }, silent);
    expect(found.judged).toEqual(['VR-31']);
    const full = await openSnapshot(tuned);
    await full.close();
    for (const file of FILES) expect(readFileSync(join(found.folder, `${file}.parquet`)).equals(readFileSync(join(full.folder, `${file}.parquet`))), file).toBe(true);
    for (const file of ['taxpayer_grades', 'indicator_matrix']) expect(readFileSync(join(found.folder, `${file}.parquet`)).equals(readFileSync(join(snapshot.folder, `${file}.parquet`))), `${file} should differ from the night's`).toBe(false);
    const catalogues = [found.folder, full.folder, snapshot.folder].map((folder) => readFileSync(join(folder, 'catalogue.json'), 'utf8'));
    expect(catalogues[0]).toBe(catalogues[1]);
    expect(catalogues[0]).not.toBe(catalogues[2]);
    expect([readFileSync(join(out, 'CURRENT'), 'utf8'), readFileSync(join(snapshot.folder, 'manifest.json'), 'utf8')]).toEqual([current, manifest]);
    expect(existsSync(join(found.folder, 'judged.duckdb'))).toBe(false);
  });

  it('without a change equals the night itself', async () => {
    const found = await whatIf({ out, set: ['scoring.weights.VR-11=5'] }, silent);
    expect(found.judged).toEqual([]);
    for (const file of FILES) expect(readFileSync(join(found.folder, `${file}.parquet`)).equals(readFileSync(join(snapshot.folder, `${file}.parquet`))), file).toBe(true);
  });

  it('refuses what a night that is over cannot answer, naming everything', async () => {
    await expect(whatIf({ out }, silent)).rejects.toMatchObject({ code: 'USAGE' });
    await expect(whatIf({ out, input: ['x'], asOf: '2026-01-01', set: ['ingest.id_profile=opaque', 'scoring.damping=0.5'] }, silent)).rejects.toMatchObject({
      code: 'USAGE', details: ['--input', '--as-of', '--set ingest.id_profile=opaque'],
    });
    await expect(whatIf({ out, set: ['scoring.weights.VR-99=3'] }, silent)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(whatIf({ out, set: ['scoring.cuts.blue=50'] }, silent)).rejects.toMatchObject({ code: 'CONFIG_INVALID', details: ['scoring.cuts: blue begins at 50, not below yellow at 30'] });
    await expect(whatIf({ out, set: ['indicators.VR-17.young_share_minimun=0.1'] }, silent)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('says what to do when the work of the night is gone', async () => {
    const work = join(out, 'runs', snapshot.runId, 'work.duckdb');
    renameSync(work, `${work}.away`);
    await expect(whatIf({ out, set: ['scoring.damping=0.5'] }, silent)).rejects.toMatchObject({ code: 'WHAT_IF_IMPOSSIBLE' });
    renameSync(`${work}.away`, work);
  });
});

describe('the evidence of a night', () => {
  it('is asked by the parameters of that night, and a trial tells the ones it tried but keeps no rows', async () => {
    const [hit] = await snapshot.engine.rows<{ taxpayer_id: string }>("select taxpayer_id from indicator_results where code = 'VR-31' and outcome = 'hit' order by taxpayer_id asc nulls last limit 1");
    await whatIf({ out, parameters }, silent);
    const [full, trial] = [await openSnapshot(tuned), await openPlace(findSnapshot(out, `what-if/${snapshot.runId}`))];
    const [plain, changed] = [await readEvidence(snapshot, hit!.taxpayer_id, 'VR-31'), await readEvidence(full, hit!.taxpayer_id, 'VR-31')];
    expect(plain.rows.length).toBeGreaterThan(0);
    expect([plain.sql.includes('cast(100000000 as double)'), changed.sql.includes('cast(100000000 as double)')]).toEqual([false, true]);
    const overridden = [snapshot, full, trial].map((place) => catalogueEntry(readCatalogue(place), 'VR-31').parameters.filter((one) => one.overridden).map(({ value }) => value));
    expect(overridden).toEqual([[], [100000000], [100000000]]);
    await expect(readEvidence(trial, hit!.taxpayer_id, 'VR-31')).rejects.toMatchObject({ code: 'SNAPSHOT_MISSING' });
    await full.close();
    await trial.close();
  });
});

describe('the explanation of a grade', () => {
  it('counts like the night did: score and colour of every taxpayer from its hits alone', async () => {
    const rules = snapshot.manifest.scoring!;
    const judged = await readJudgedHits(snapshot, 'true');
    const hitsOf = (id: string) => judged.filter((hit) => hit.taxpayer_id === id);
    const grades = await snapshot.engine.rows<{ taxpayer_id: string; score: number; color: string; level: string }>('select taxpayer_id, score, color, level from taxpayer_grades');
    expect(grades.filter(({ score }) => score > 0).length).toBeGreaterThan(25);
    for (const { taxpayer_id, score, color, level } of grades.filter((grade) => grade.level !== 'insufficient_data')) {
      expect(gradeOf(hitsOf(taxpayer_id), rules), `${taxpayer_id} ${level}`).toEqual({ score, color });
    }
  });

  it('has bars that add up, and the fewest hits that lower the level', async () => {
    const [worst] = await snapshot.engine.rows<{ taxpayer_id: string; score: number }>("select taxpayer_id, score from taxpayer_grades where level = 'high' order by points desc, taxpayer_id limit 1");
    const explained = await explainTaxpayer(snapshot, worst!.taxpayer_id);
    expect(explained.bars.at(-1)?.total).toBe(worst!.score);
    expect(explained.bars.length).toBeGreaterThan(1);
    expect(explained.counterfactual?.without.length).toBeGreaterThan(0);
    await expect(explainTaxpayer(snapshot, '91530100MA6K99999X')).rejects.toMatchObject({ code: 'TAXPAYER_UNKNOWN' });
  });

  it('is drawn as a picture without scripts, the same bytes each time', async () => {
    const [worst] = await snapshot.engine.rows<{ taxpayer_id: string }>("select taxpayer_id from taxpayer_grades where level = 'high' order by points desc, taxpayer_id limit 1");
    const explained = await explainTaxpayer(snapshot, worst!.taxpayer_id);
    const svg = drawWaterfall({ ...explained, taxpayer_name: '<script>"某&某"</script>' }, waterfallWords());
    expect(svg).toBe(drawWaterfall({ ...explained, taxpayer_name: '<script>"某&某"</script>' }, waterfallWords()));
    expect(svg).not.toMatch(/<script|href|NaN|undefined/u);
    const root = parseXml(svg).at(-1);
    expect(root?.name).toBe('svg');
    expect(svg.match(/<rect /gu)?.length).toBe(explained.bars.length + 2);
  });
});
