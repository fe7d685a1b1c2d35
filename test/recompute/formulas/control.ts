/** VR-37: who is under one control with whom, worked out pair by pair. */
import { listEntries } from '../plain-lists.ts';
import { dayOf, daysBetween, fenOf, ratio, sum, type PlainWorld } from '../plain-world.ts';
import type { Formula } from './index.ts';

/** A key of one holder. An agent key is one that an accounting agent leaves on its clients: desk, phone and the role of clerk. */
interface Key {
  readonly holder: string;
  readonly kind: string;
  readonly text: string;
  readonly isAgentKey: boolean;
}

const rule = (name: string): number => Number(listEntries('ring-rules')[0]?.[name]);
export const monthStart = (ym: number): string => `${Math.floor(ym / 12)}-${String((ym % 12) + 1).padStart(2, '0')}-01`;

/** Persons in office and phones at some time from the first month of W12 to the as-of day. */
function personKeys(world: PlainWorld, from: string): Key[] {
  const valid = world.rows('persons').filter((row) => (row.valid_from ?? '') <= world.asOf && (row.valid_to === '' || (row.valid_to ?? '') >= from));
  const people = valid.filter(({ role }) => ['legal_representative', 'finance_officer', 'filing_clerk'].includes(role ?? ''));
  const isOnlyClerk = (id: string, person: string): boolean => people.every((row) => row.taxpayer_id !== id || row.person_key !== person || row.role === 'filing_clerk');
  return [
    ...people.map(({ taxpayer_id: holder = '', person_key: text = '' }) => ({ holder, kind: 'person', text, isAgentKey: isOnlyClerk(holder, text) })),
    ...valid.map(({ taxpayer_id: holder = '', phone_hash: text = '' }) => ({ holder, kind: 'phone', text, isAgentKey: true })),
  ];
}

/** Devices and IP addresses used since the first month of W12; an address that many used of late is a public exit. */
export function deskKeys(world: PlainWorld, from: string): Key[] {
  const events = world.rows('events').filter((row) => dayOf(row.occurred_at) >= from);
  const late = events.filter((row) => daysBetween(dayOf(row.occurred_at), world.asOf) < rule('ip_days'));
  const users = new Map<string, Set<string>>();
  for (const row of late) users.set(row.ip_address ?? '', (users.get(row.ip_address ?? '') ?? new Set()).add(row.taxpayer_id ?? ''));
  return events.flatMap(({ taxpayer_id: holder = '', device_id: device = '', ip_address: ip = '' }) => [
    { holder, kind: 'device', text: device, isAgentKey: true },
    ...((users.get(ip)?.size ?? 0) > rule('ip_taxpayers') ? [] : [{ holder, kind: 'ip', text: ip, isAgentKey: true }]),
  ]);
}

/** Holders of every key that is held by more than one, each holder once. */
function sharedKeys(world: PlainWorld): Key[][] {
  const from = monthStart(world.runP - 11);
  const addresses = world.rows('taxpayers').map(({ taxpayer_id: holder = '', address_key: text = '' }) => ({ holder, kind: 'address', text, isAgentKey: false }));
  const keys = [...personKeys(world, from), ...deskKeys(world, from), ...addresses].filter(({ holder, text }) => text !== '' && world.taxpayer(holder) !== undefined);
  const groups = new Map<string, Map<string, Key>>();
  for (const key of keys) {
    const name = `${key.kind}|${key.text}`;
    groups.set(name, (groups.get(name) ?? new Map<string, Key>()).set(key.holder, key));
  }
  return [...groups.values()].filter((group) => group.size > 1).map((group) => [...group.values()]);
}

/** Agent whose desk a holder files at: its own agent, itself if it is one, and at a desk used mostly by one agent's clients that agent. */
function agentAt(world: PlainWorld, group: readonly Key[]): (holder: string) => string {
  const own = (holder: string): string => {
    const agent = world.taxpayer(holder)?.agent_id ?? '';
    return agent !== '' || world.of('taxpayers', 'agent_id', holder).length === 0 ? agent : holder;
  };
  const agents = group.filter(({ isAgentKey }) => isAgentKey).map(({ holder }) => own(holder)).filter((agent) => agent !== '');
  const main = group.length > 2 ? agents.find((agent) => 2 * agents.filter((other) => other === agent).length > group.length) : undefined;
  return (holder) => (own(holder) === '' ? (main ?? '') : own(holder));
}

/** Two taxpayers to the kinds of keys that tie them, and whether one of those keys is small. */
type Ties = Map<string, Map<string, { readonly kinds: Set<string>; isSmall: boolean }>>;

function tieAll(world: PlainWorld): Ties {
  const ties: Ties = new Map();
  for (const group of sharedKeys(world)) {
    const agentOf = agentAt(world, group);
    const isSmall = group.length <= rule('large_key_taxpayers');
    for (const a of group) {
      for (const b of group) {
        // Clients of one agent share its desk, phone and clerk without being under one control.
        const isAgentDesk = (a.isAgentKey || b.isAgentKey) && agentOf(a.holder) !== '' && agentOf(a.holder) === agentOf(b.holder);
        if (a !== b && !isAgentDesk) tie(ties, a, b, isSmall);
      }
    }
  }
  return ties;
}

function tie(ties: Ties, a: Key, b: Key, isSmall: boolean): void {
  const others = ties.get(a.holder) ?? new Map<string, { kinds: Set<string>; isSmall: boolean }>();
  const known = others.get(b.holder) ?? { kinds: new Set<string>(), isSmall: false };
  known.kinds.add(a.kind);
  known.isSmall ||= isSmall;
  others.set(b.holder, known);
  ties.set(a.holder, others);
}

const built = new WeakMap<PlainWorld, Ties>();
/** Those tied to a taxpayer by keys of two kinds of which one is small, with the kinds. */
function tiedTo(world: PlainWorld, id: string): ReadonlyMap<string, ReadonlySet<string>> {
  const ties = built.get(world) ?? tieAll(world);
  built.set(world, ties);
  return new Map([...(ties.get(id) ?? [])].filter(([, { kinds, isSmall }]) => isSmall && kinds.size >= rule('key_kinds')).map(([other, { kinds }]) => [other, kinds]));
}

/** The taxpayer and all who are tied to it, directly or through others. */
export function cluster(world: PlainWorld, id: string): ReadonlySet<string> {
  const members = new Set([id]);
  // A set grows while it is walked.
  for (const member of members) {
    for (const other of tiedTo(world, member).keys()) members.add(other);
  }
  return members;
}

/** Two of these are tied by a key of one of these kinds. */
export const shareKind = (world: PlainWorld, ids: readonly string[], kinds: readonly string[]): boolean =>
  ids.some((id) => [...tiedTo(world, id)].some(([other, shared]) => ids.includes(other) && kinds.some((kind) => shared.has(kind))));

/** VR-37: share of trade with the cluster in twelve months, tax deducted or sales invoiced, whichever is greater; by youth: the share of young members. */
const sharedControl: Formula = (world, { id, p }, branch) => {
  const members = cluster(world, id);
  if (branch === 'young_cluster') {
    const young = [...members].filter((member) => daysBetween(dayOf(world.taxpayer(member)?.registered_on), world.asOf) < rule('young_days'));
    return young.length / members.size;
  }
  const isInside = (other: string | undefined): boolean => other !== id && members.has(other ?? '');
  const taxes = world.deducted(id, p, 12);
  const sales = world.sold(id, p, 12);
  const bought = ratio(sum(taxes.filter((use) => isInside(use.seller_id)).map((use) => fenOf(use.effective_tax))), sum(taxes.map((use) => fenOf(use.effective_tax))));
  const sold = ratio(sum(sales.filter((row) => isInside(row.buyer_id)).map((row) => fenOf(row.amount))), sum(sales.map((row) => fenOf(row.amount))));
  if (members.size === 1) return 0;
  return bought === null && sold === null ? null : Math.max(bought ?? 0, sold ?? 0, 0);
};

export const CONTROL: Readonly<Record<string, Formula>> = { 'VR-37': sharedControl };
