import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDb } from '../../pipeline/engine/duckdb-engine.ts';
import { sqlText } from '../../pipeline/engine/sql-text.ts';
import { readTaxpayer } from '../../pipeline/explain/read-taxpayer.ts';
import { publishedPlace, type Snapshot } from '../../pipeline/snapshot/open-snapshot.ts';
import { faultsOf } from '../support/api-contract.ts';
import { openApiWorld, type ApiWorld, type Headers } from '../support/api-world.ts';
import { largerNight, rewriteTables } from '../support/rewrite-tables.ts';

interface Risk {
  readonly reasons: readonly { readonly amount: string | null }[];
  readonly claims: readonly (Readonly<Record<string, unknown>> & { readonly application_id: string; readonly claimed: string | null; readonly recomputed: string | null; readonly amount_at_risk: string | null })[];
  readonly not_assessed: Readonly<Record<string, readonly string[]>>;
  readonly lanes: readonly string[];
  readonly amount_at_risk: string;
}

const number = (text: string | null): number | null => (text === null ? null : Number(text));

const without = (record: object, names: readonly string[]): object => Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));

/** What is told of the risk of taxpayers, compared for one in `every` and for those with several findings or a graded claim. */
export function riskIsAsExplained(every: number): void {
  let world: ApiWorld;
  let reviewer: Headers;
  let snapshot: Snapshot;
  let ids: readonly string[];

  beforeAll(async () => {
    world = await openApiWorld({ isCopy: true });
    reviewer = world.as('reviewer');
    // Amounts at the ends of what is exact, and findings that must stay inside.
    await world.publish('odd-amounts', async (folder) => {
      await largerNight(1)(folder);
      await rewriteTables(folder, {
        taxpayer_grades: `select * replace (case row_number() over (order by taxpayer_id) when 1 then 90071992547409.91 when 2 then 0.01 when 3 then 0.10 when 4 then -0.05 when 5 then -1234.50 when 6 then 0 else amount_at_risk end as amount_at_risk) from taxpayer_grades`,
        claim_grades: `select * replace (case row_number() over (order by application_id) when 1 then 9999999999999999.99 when 2 then -0.07 when 3 then 0 else claimed end as claimed) from claim_grades`,
      });
    });
    const place = publishedPlace(world.outDirectory, 'odd-amounts');
    // In memory, because what takes a moment for one taxpayer takes a minute for two hundred.
    const engine = await openDuckDb();
    for (const { file } of place.manifest.outputs) await engine.exec(`create table ${basename(file, '.parquet')} as select * from read_parquet(${sqlText(join(place.folder, file))})`);
    snapshot = { ...place, engine, close: () => engine.close() };
    ids = (await engine.rows<{ id: string }>(`select taxpayer_id as id from (select *, row_number() over (order by taxpayer_id) as n from taxpayer_grades)
      where n % ${every} = 0 or n < 7 or taxpayer_id in (select taxpayer_id from claim_grades where lane is not null) or hits > 1 order by 1`)).map(({ id }) => id);
  });
  afterAll(async () => {
    await snapshot.close();
    await world.close();
  });

  const riskOf = async (id: string) => (await world.get(`/taxpayers/${id}/risk?unmask=true`, { ...reviewer, 'x-purpose': 'comparison' })).json<Risk>();

  describe('the risk of a taxpayer', () => {
    it('is for every taxpayer what the command line explains, and as documented', async () => {
      let [claims, reasons] = [0, 0];
      for (const id of ids) {
        const answer = await world.get(`/taxpayers/${id}/risk`, reviewer);
        expect(faultsOf('GET /api/v1/taxpayers/{id}/risk', answer), id).toEqual([]);
        const risk = await riskOf(id);
        const page = await readTaxpayer(snapshot, id);
        const { reasons: pageReasons, claims: pageClaims, not_assessed: gaps, amount_at_risk: amount } = page;
        expect(risk, id).toMatchObject(without(page, ['reasons', 'claims', 'not_assessed', 'explanation', 'amount_at_risk']));
        expect(number(risk.amount_at_risk)).toBe(amount);
        expect(risk.reasons.map((reason) => ({ ...reason, amount: number(reason.amount) }))).toEqual(pageReasons.map((reason) => without(reason, ['is_primary'])));
        expect(Object.entries(risk.not_assessed).flatMap(([reason_code, codes]) => codes.map((code) => `${code} ${reason_code}`)).sort()).toEqual(gaps.map(({ code, reason_code }) => `${code} ${reason_code}`).sort());
        expect(risk.claims.map(({ application_id }) => application_id)).toEqual(pageClaims.map(({ application_id }) => application_id));
        risk.claims.forEach((claim, at) => {
          const { claimed, recomputed, amount_at_risk, ...rest } = claim;
          expect(pageClaims[at]).toMatchObject({ ...rest, claimed: number(claimed), recomputed: number(recomputed), amount_at_risk: number(amount_at_risk) });
        });
        expect(risk.lanes).toEqual([...new Set(pageClaims.flatMap(({ lane }) => (lane === null ? [] : [lane])))].sort());
        claims += risk.claims.length;
        reasons += risk.reasons.length;
      }
      expect([ids.length > 30, claims > 10, reasons > 40]).toEqual([true, true, true]);
    });

    it('tells money to the cent as the files hold it, here, in searches and for claims', async () => {
      const rows = await snapshot.engine.rows<{ id: string; amount: string }>('select taxpayer_id as id, cast(amount_at_risk as varchar) as amount from taxpayer_grades');
      expect(rows.map(({ amount }) => amount)).toEqual(expect.arrayContaining(['90071992547409.91', '0.01', '0.10', '-0.05', '-1234.50', '0.00']));
      const found = (await world.post('/taxpayers/search', { limit: 200 }, reviewer)).json<{ items: { taxpayer_id: string; amount_at_risk: string }[] }>().items;
      for (const { id, amount } of rows) {
        expect((await riskOf(id)).amount_at_risk, id).toBe(amount);
        expect(found.find(({ taxpayer_id }) => taxpayer_id === id)?.amount_at_risk).toBe(amount);
      }
      const columns = ['claimed', 'recomputed', 'amount_at_risk', 'correction_yuan', 'claimed_credit_yuan', 'recomputed_credit_yuan', 'expected_yuan'];
      const claims = await snapshot.engine.rows<Record<string, string | null>>(`select application_id, taxpayer_id, ${columns.map((name) => `cast(${name} as varchar) as ${name}`).join(', ')} from claim_grades`);
      for (const { taxpayer_id, ...claim } of claims) {
        expect((await world.get(`/claims/${claim['application_id'] ?? ''}`, reviewer)).json()).toMatchObject(claim);
        const told = (await riskOf(taxpayer_id ?? '')).claims.find(({ application_id }) => application_id === claim['application_id']);
        expect([told?.claimed, told?.recomputed, told?.amount_at_risk]).toEqual([claim['claimed'], claim['recomputed'], claim['amount_at_risk']]);
      }
    });
  });
}
