import { describe, expect, it } from 'vitest';
import { caseTables, type CaseTable } from '../../indicators/loader/case-rows.ts';
import { loadIndicators } from '../../indicators/loader/load.ts';
import type { Indicator, IndicatorCase } from '../../indicators/loader/schema.ts';
import { loadContract } from '../../pipeline/contract/load-contract.ts';
import { agree } from './agree.ts';
import { FORMULAS } from './formulas/index.ts';
import { PlainWorld, ymOf } from './plain-world.ts';
import { BY_RING } from './worked-out.ts';

/** Their formulas know the tables and the rules of the simulated provinces only: not deliveries without schedules, nor lanes and rates of earlier years. */
const NARROW = ['SS-06', 'VR-05', 'VR-07', 'VR-08'];
/** Their formulas take for granted that the branch hit, so that only values of hits can be compared. */
const HITS_ONLY = ['DF-01', 'DF-02', 'LT-02', 'LT-05', 'VR-06', 'VR-09', 'VR-10', 'VR-11', 'VR-14', 'VR-15', 'VR-20', 'VR-22', 'VR-25', 'VR-26', 'VR-32', 'VR-34', 'VR-38', 'VR-40'];

const contract = loadContract();
const indicators = loadIndicators().filter(({ code }) => FORMULAS[code] !== undefined && !NARROW.includes(code));

describe('cases of the catalogue, worked out again from their rows in plain code', () => {
  it.each(indicators.map((indicator) => [indicator.code, indicator] as const))('%s has the value its cases expect', (_, indicator) => {
    // Parameters of a case stand in its YAML only.
    const cases = indicator.cases.filter(({ parameters }) => parameters === undefined);
    expect(cases.flatMap((one) => differences(indicator, one))).toEqual([]);
  });

  it('hold most hits of the catalogue', () => {
    expect(indicators.flatMap(({ cases }) => cases.flatMap((one) => Object.values(one.expect))).filter(({ outcome, value }) => outcome === 'hit' && value !== undefined).length).toBeGreaterThan(330);
  });
});

function differences(indicator: Indicator, one: IndicatorCase): string[] {
  const texts = new Map(caseTables(contract, one).tables.map((table) => [table.table.table, csvOf(table)]));
  return Object.entries(one.expect).flatMap(([key, { outcome, value, branch }]) => {
    if (value === undefined || branch === BY_RING || !(outcome === 'hit' || (outcome === 'clear' && !HITS_ONLY.includes(indicator.code)))) return [];
    const world = new PlainWorld((table) => texts.get(table) ?? '', one.as_of, lastDue(one.as_of));
    const [id = '', application = world.of('refund_applications', 'taxpayer_id', id).at(-1)?.application_id ?? ''] = key.split('/');
    const hitBranch = outcome === 'hit' ? (branch ?? indicator.branches.find((each) => each.outcome === 'hit')?.name ?? '') : '';
    const found = FORMULAS[indicator.code]?.(world, world.subject(id, application), hitBranch) ?? null;
    return agree(found, value) ? [] : [`${one.name.en}, ${key}: ${String(value)}, in plain code ${String(found)}`];
  });
}

/** Last month whose returns were due before a day; they are due on the 15th of the next month. */
function lastDue(asOf: string): number {
  return ymOf(asOf) - (Number(asOf.slice(8)) > 15 ? 1 : 2);
}

function csvOf({ table, rows }: CaseTable): string {
  const names = [...new Set([...table.columns.map(({ name }) => name), ...rows.flatMap((row) => Object.keys(row))])];
  const cells = rows.map((row) => names.map((name) => `"${String(row[name] ?? '').replaceAll('"', '""')}"`).join(','));
  return [names.join(','), ...cells, ''].join('\n');
}
