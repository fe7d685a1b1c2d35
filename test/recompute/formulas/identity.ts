import { at, fenOf, newest, sum, within, ymOf, yuan, type PlainWorld, type Row } from '../plain-world.ts';
import { declaredSmall, exemptLimit, limitSales } from './small.ts';
import type { Formula } from './index.ts';

/** Filings of six taxes and two fees in force over a window. */
export const filings = (world: PlainWorld, id: string, to: number, months: number): Row[] =>
  newest(world.of('six_tax_filings', 'taxpayer_id', id), ['period', 'tax_item']).filter((row) => within(row.period, to, months));

/** Greatest relief of a filing, to the fen: half of what is due after other reliefs from 2023; water and securities stamp tax have none. */
export const capOf = (row: Row): number =>
  Math.round((['water_resource', 'securities_stamp'].includes(row.tax_item ?? '') ? 0 : 0.5) * Math.max(0, fenOf(row.tax_due) - fenOf(row.other_relief)));
const hasCap = (row: Row): boolean => ymOf(row.period) >= 2023 * 12;

/** Month of general status; a general taxpayer without a date has always been one. */
const generalFrom = (firm: Row): number => (firm.vat_status === 'small' ? 99_999 : ymOf(firm.general_from) || -1);
/** Tax year whose settlement holds in a month: from July of the next year to the June after. */
const settledYear = (ym: number): number => Math.floor((ym - 6) / 12) - 1;
const settlements = (world: PlainWorld, id: string): Row[] => newest(world.of('cit_settlements', 'taxpayer_id', id), ['tax_year']);
const isNew = (world: PlainWorld, firm: Row, ym: number): boolean =>
  Math.floor(ymOf(firm.registered_on) / 12) > settledYear(ym) && settlements(world, firm.taxpayer_id ?? '').every((row) => Number(row.tax_year) > settledYear(ym));

/** Staff and assets of the month before filing within the limits of a new general taxpayer; null where one is unknown. */
function isWithinNewLimits(world: PlainWorld, id: string, filing: Row): boolean | null {
  const month = (filing.filed_at ?? '') === '' ? ymOf(filing.period) : ymOf(filing.filed_at) - 1;
  const staff = world.of('headcounts', 'taxpayer_id', id).find((row) => ymOf(row.month) === month);
  const sheet = world.of('balance_sheets', 'taxpayer_id', id).find((row) => ymOf(row.period) === month);
  if ((staff?.insured_count ?? '') === '' || (sheet?.total_assets ?? '') === '') return null;
  return Number(staff?.insured_count) + Number(staff?.dispatched_count ?? '0') <= 300 && fenOf(sheet?.total_assets) <= 50_000_000_00;
}

/** Entitled in the period of a filing; null where the rows needed are missing. */
function qualifies(world: PlainWorld, firm: Row, filing: Row): boolean | null {
  const ym = ymOf(filing.period);
  if (ym < generalFrom(firm) || firm.entity_kind === 'individual') return true;
  if (isNew(world, firm, ym)) return isWithinNewLimits(world, firm.taxpayer_id ?? '', filing);
  const settled = settlements(world, firm.taxpayer_id ?? '').find((row) => Number(row.tax_year) === settledYear(ym));
  return (settled?.is_small_profit ?? '') === '' ? null : settled?.is_small_profit === 'true';
}

/** LT-01: relief of 36 months in periods without a qualifying identity. */
const unentitled: Formula = (world, { id, taxpayer, p }) =>
  yuan(sum(filings(world, id, p, 36).filter((row) => qualifies(world, taxpayer, row) === false).map((row) => fenOf(row.relief))));

/** LT-03: relief of 36 months as small-scale after general status, as a new general taxpayer above the limits, or against the settlement. */
const wrongIdentity: Formula = (world, { id, taxpayer, p }) => yuan(sum(filings(world, id, p, 36).filter((row) => {
  const ym = ymOf(row.period);
  const isGeneral = taxpayer.vat_status === 'general' && ym >= generalFrom(taxpayer);
  const isPastSmall = row.claimed_identity === 'small_scale' && (taxpayer.general_from ?? '') !== '' && ym >= generalFrom(taxpayer);
  const isLargeNew = isGeneral && taxpayer.entity_kind !== 'individual' && isNew(world, taxpayer, ym) && isWithinNewLimits(world, id, row) === false;
  const settled = settlements(world, id).find((each) => Number(each.tax_year) === settledYear(ym));
  return isPastSmall || isLargeNew || (row.claimed_identity === 'small_profit' && settled?.is_small_profit === 'false');
}).map((row) => fenOf(row.relief))));

/** LT-07: relief open to the entitled, and tax on sales within the limit that were not declared exempt, 36 months. */
const notTaken: Formula = (world, { id, taxpayer, p }) => {
  const relief = filings(world, id, p, 36).filter((row) => hasCap(row) && qualifies(world, taxpayer, row) === true).map((row) => Math.max(0, capOf(row) - fenOf(row.relief)));
  const small = world.smallReturns(id).filter(({ ym }) => ym > p - 36 && ym <= p).map((each) => {
    const open = at(each, '01') - at(each, '02');
    const isOpen = Math.max(declaredSmall(each), limitSales(world, id, each)) <= exemptLimit(each) && open > 0 && at(each, '10') + at(each, '11') === 0;
    return isOpen ? Math.round((open * Math.max(0, at(each, '15') - at(each, '16'))) / at(each, '01')) : 0;
  });
  return yuan(sum(relief) + sum(small));
};

/** LT-04: relief beyond the cap, over the rows of 36 months that exceed it by more than half a yuan. */
const overCap: Formula = (world, { id, p }) =>
  yuan(sum(filings(world, id, p, 36).filter(hasCap).map((row) => fenOf(row.relief) - capOf(row)).filter((over) => over > 50)));

export const IDENTITY: Readonly<Record<string, Formula>> = { 'LT-01': unentitled, 'LT-03': wrongIdentity, 'LT-04': overCap, 'LT-07': notTaken };
