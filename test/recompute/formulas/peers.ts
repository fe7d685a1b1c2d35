/** VR-19: what the taxpayer deducts tax on and hardly anybody like it buys. */
import { listEntries } from '../plain-lists.ts';
import { addMonths, at, dayOf, fenOf, sum, yuan, type PlainSubject, type PlainWorld, type Row } from '../plain-world.ts';
import type { Formula } from './index.ts';

const code7 = (line: Row): string => (line.goods_code ?? '').slice(0, 7);

/** The subject that stands for a taxpayer among its peers: its newest open claim, else the newest paid within a year, else itself. */
export function primary(world: PlainWorld, id: string): PlainSubject {
  const claims = world.of('refund_applications', 'taxpayer_id', id).filter((row) => ['pending', 'suspended'].includes(row.decision ?? '') || dayOf(row.paid_on) > addMonths(world.asOf, -12));
  const rank = (row: Row): string => `${['pending', 'suspended'].includes(row.decision ?? '') ? '1' : '0'}${dayOf(row.applied_at)}${row.application_id ?? ''}`;
  return world.subject(id, [...claims].sort((a, b) => (rank(a) < rank(b) ? 1 : -1))[0]?.application_id ?? '');
}

/** Peer groups from narrow to wide: three digits of the industry, two, section, section without exporters apart, size alone. */
function groupsOf(world: PlainWorld, { id, taxpayer, p }: PlainSubject): string[] {
  const periods = world.periods(id, p, 12);
  const months = sum(periods.map(({ span }) => span));
  const sales = yuan(sum(periods.map((each) => each.sales))) * (months >= 12 ? 1 : 12 / months);
  const band = listEntries('size-bands').find((entry) => sales >= Number(entry.sales_from_yuan) && sales < Number(entry.sales_to_yuan));
  if (band === undefined) return [];
  const exported = sum(periods.filter(({ isGeneral }) => isGeneral).map((each) => at(each, '07')));
  const isExporter = !['', 'none'].includes(taxpayer.export_method ?? '') || exported > 0;
  const size = String(band.size_band);
  const { industry_code: industry = '', industry_section: section = '', vat_status: status = '' } = taxpayer;
  return [industry.slice(0, 4), industry.slice(0, 3), section].map((part) => `${part}|${size}|${String(isExporter)}|${status}`).concat(`${section}|${size}|${status}`, size);
}

/** In business for half a year, in good standing and under no open case. */
export const isEligible = (world: PlainWorld, { id, taxpayer }: PlainSubject): boolean =>
  taxpayer.status === 'normal' && dayOf(taxpayer.registered_on) <= addMonths(world.asOf, -6)
  && !world.of('inspection_cases', 'taxpayer_id', id).some((row) => dayOf(row.opened_on) <= world.asOf && ((row.closed_on ?? '') === '' || dayOf(row.closed_on) > world.asOf));

const built = new WeakMap<PlainWorld, Map<string, Set<string>[]>>();
/** Codes bought in twelve months by every member of a group that bought anything with a code. */
function membersOf(world: PlainWorld): Map<string, Set<string>[]> {
  const known = built.get(world);
  if (known !== undefined) return known;
  const groups = new Map<string, Set<string>[]>();
  for (const { taxpayer_id: id = '' } of world.rows('taxpayers')) {
    const subject = primary(world, id);
    const codes = new Set(world.bought(id, subject.p, 12).flatMap((invoice) => world.lines(invoice)).map(code7).filter((code) => code !== ''));
    if (codes.size === 0 || !isEligible(world, subject)) continue;
    groupsOf(world, subject).forEach((group, widening) => groups.set(`${widening}:${group}`, [...(groups.get(`${widening}:${group}`) ?? []), codes]));
  }
  built.set(world, groups);
  return groups;
}

/** VR-19: tax on codes that under one in a hundred of the narrowest group of a hundred buys, among all lines behind the deductions of twelve months. */
const foreign: Formula = (world, subject) => {
  const groups = groupsOf(world, subject).map((group, widening) => membersOf(world).get(`${widening}:${group}`) ?? []);
  const members = groups.find(({ length }) => length >= 100);
  if (members === undefined) return null;
  const lines = world.deducted(subject.id, subject.p, 12).flatMap((use) => {
    const invoice = world.invoice(use.invoice_code, use.invoice_number);
    return invoice === undefined || invoice.status === 'void' ? [] : world.lines(invoice);
  });
  const isForeign = (line: Row): boolean => code7(line) !== '' && members.filter((codes) => codes.has(code7(line))).length / members.length < 0.01;
  const taxOf = (rows: readonly Row[]): number => sum(rows.map((line) => fenOf(line.tax)));
  return taxOf(lines.filter(isForeign)) / taxOf(lines);
};

export const PEERS: Readonly<Record<string, Formula>> = { 'VR-19': foreign };
