import { describe, expect, it } from 'vitest';
import { caseTables, type CaseTable } from '../../indicators/loader/case-rows.ts';
import { loadIndicators } from '../../indicators/loader/load.ts';
import type { Indicator, IndicatorCase } from '../../indicators/loader/schema.ts';
import { loadContract } from '../../pipeline/contract/load-contract.ts';
import { agree } from './agree.ts';
import { FORMULAS } from './formulas/index.ts';
import { PlainWorld, ymOf } from './plain-world.ts';

/** Their formulas know the tables and the rules of the simulated provinces only: not deliveries without schedules, nor lanes and rates of earlier years. */
const NARROW = ['SS-06', 'VR-05', 'VR-07', 'VR-08', 'VR-11', 'VR-15', 'VR-22', 'VR-32', 'VR-34'];

const contract = loadContract();
const indicators = loadIndicators().filter(({ code }) => FORMULAS[code] !== undefined && !NARROW.includes(code));

describe('hits of the cases in the catalogue, worked out again from their rows in plain code', () => {
  it.each(indicators.map((indicator) => [indicator.code, indicator] as const))('%s has the value its cases expect', (_, indicator) => {
    // Parameters of a case stand in its YAML only.
    const cases = indicator.cases.filter(({ parameters }) => parameters === undefined);
    expect(cases.flatMap((one) => differences(indicator, one))).toEqual([]);
  });

  it('take in most hits of the catalogue', () => {
    expect(indicators.flatMap(({ cases }) => cases.flatMap((one) => Object.values(one.expect))).filter(({ outcome, value }) => outcome === 'hit' && value !== undefined).length).toBeGreaterThan(250);
  });
});

function differences(indicator: Indicator, one: IndicatorCase): string[] {
  const texts = new Map(caseTables(contract, one).tables.map((table) => [table.table.table, csvOf(table)]));
  return Object.entries(one.expect).flatMap(([key, { outcome, value, branch }]) => {
    if (!['hit', 'clear', 'watch'].includes(outcome) || value === undefined) return [];
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
