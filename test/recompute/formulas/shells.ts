/** SS-08: seven traits of a shell. */
import { isListed } from '../plain-lists.ts';
import { addMonths, dayOf, daysBetween, fenOf, groupBy, sum, within, type PlainWorld, type Row } from '../plain-world.ts';
import { deskKeys, monthStart } from './control.ts';
import type { Formula } from './index.ts';

const amountOf = (rows: readonly Row[]): number => sum(rows.map((row) => fenOf(row.amount)));
/** Traits 4 and 5: a million invoiced in six months by who was registered in the year to the end of P. */
const sellsMuch = (world: PlainWorld, id: string, p: number): boolean => amountOf(world.sold(id, p, 6)) >= 1_000_000_00;
const isYoung = (world: PlainWorld, id: string, p: number): boolean => {
  const registered = dayOf(world.taxpayer(id)?.registered_on);
  return registered !== '' && daysBetween(registered, addMonths(monthStart(p), 1)) - 1 <= 365;
};

const built = new WeakMap<PlainWorld, Map<string, Row[]>>();
/** Devices, IP addresses and premises with their holders, as `key` and `holder`. */
function keyHolders(world: PlainWorld): Map<string, Row[]> {
  const known = built.get(world);
  if (known !== undefined) return known;
  const desks = deskKeys(world, monthStart(world.runP - 11)).filter(({ text }) => text !== '').map(({ holder, kind, text }) => ({ holder, key: `${kind}|${text}` }));
  const addresses = world.rows('taxpayers').filter((row) => (row.address_key ?? '') !== '').map((row) => ({ holder: row.taxpayer_id ?? '', key: `address|${row.address_key ?? ''}` }));
  const once = [...new Map([...desks, ...addresses].map((each) => [`${each.key}|${each.holder}`, each])).values()];
  const holders = groupBy(once, (row) => row.key ?? '');
  built.set(world, holders);
  return holders;
}

/** Trait 7: one who has traits 4 and 5 uses the same device, IP address or premises; at an agent's desk that says nothing of its clients. */
function sharesKey(world: PlainWorld, id: string): boolean {
  const agent = world.taxpayer(id)?.agent_id ?? '';
  return [...keyHolders(world)].some(([key, holders]) => holders.some(({ holder }) => holder === id) && holders.some(({ holder = '' }) => {
    const isClient = !key.startsWith('address') && agent !== '' && world.taxpayer(holder)?.agent_id === agent;
    const { p } = world.subject(holder, '');
    return holder !== id && !isClient && sellsMuch(world, holder, p) && isYoung(world, holder, p);
  }));
}

/** Trait 2: nobody insured in any month known. */
function hasNoStaff(world: PlainWorld, id: string, p: number): boolean {
  const months = world.of('headcounts', 'taxpayer_id', id).filter((row) => within(row.month, p, 6) && (row.insured_count ?? '') !== '');
  return months.length > 0 && months.every((row) => Number(row.insured_count) === 0);
}

/** Trait 3: under twenty kilowatt hours a month on meters of its own. */
function hasNoPower(world: PlainWorld, id: string, p: number): boolean {
  const readings = world.of('electricity', 'taxpayer_id', id).filter((row) => within(row.month, p, 6));
  const months = new Set(readings.map(({ month }) => month)).size;
  return months > 0 && readings.every((row) => row.is_shared_meter !== 'true') && sum(readings.map((row) => Number(row.kwh))) / months < 20;
}

/** SS-08: how many of the traits are true. */
const traits: Formula = (world, { id, p }) => {
  const sold = amountOf(world.sold(id, p, 6));
  const lines = world.sold(id, p, 6).flatMap((invoice) => world.lines(invoice));
  const expenses = amountOf(lines.filter((line) => isListed('expense-codes', line.goods_code)));
  const found = [
    sold > 0 && amountOf(world.bought(id, p, 6)) / sold < 0.05, hasNoStaff(world, id, p), hasNoPower(world, id, p), sellsMuch(world, id, p),
    isYoung(world, id, p), amountOf(lines) > 0 && expenses / amountOf(lines) >= 0.7, sharesKey(world, id),
  ];
  return found.filter(Boolean).length;
};

export const SHELLS: Readonly<Record<string, Formula>> = { 'SS-08': traits };
