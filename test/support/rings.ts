import type { Ring, RingEdge, RingMember, RingRow } from '../../pipeline/snapshot/read-ring.ts';

/** A taxpayer id that looks like one; nothing real. */
export const idOf = (number: number) => `91530100MA6K${String(number).padStart(6, '0')}`;

export function member(number: number, role: string, share: number | null = null, name?: string): RingMember {
  return { taxpayer_id: idOf(number), role, share, ...(name === undefined ? {} : { taxpayer_name: name }) };
}

export function edge(seller: number, buyer: number, amount: number, more: Partial<RingEdge> = {}): RingEdge {
  return { seller_id: idOf(seller), buyer_id: idOf(buyer), first_date: '2026-03-02', last_date: '2026-03-28', invoices: 12, amount, hop: null, ...more };
}

export function ringOf(id: string, kinds: readonly string[], members: readonly RingMember[], edges: readonly RingEdge[], more: Partial<RingRow> = {}): Ring {
  const days = edges.flatMap(({ first_date, last_date }) => [first_date, last_date]).filter((day) => day !== null).sort();
  const ring = {
    ring_id: id, kinds, score: 0.87, members: members.length, amount: edges.reduce((sum, { amount }) => sum + amount, 0), first_date: days[0] ?? null,
    last_date: days.at(-1) ?? null, retained_share: null, claims_amount: null, truncated: false, ...more,
  } as RingRow;
  return { asOf: '2026-11-16', snapshotId: '20261116T020000-a1b2c3', ring, members, edges, ties: [] };
}

const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, at) => from + at);

/** Four firms round which the same money goes; one of them claims. A fifth sells to one of them. */
export function loopOfFour(): Ring {
  const members = [
    member(1, 'issuer', 0.26, '昆明滇池鑫达商贸有限公司'), member(2, 'conduit', 0.25, '曲靖恒源物资有限责任公司'),
    member(3, 'conduit', 0.25, '玉溪云岭新材料科技股份有限公司'), member(4, 'beneficiary', 0.24, '昆明昭鲁有色金属加工有限公司'),
  ];
  const edges = [
    edge(1, 2, 2_313_910.82, { first_date: '2025-11-07', last_date: '2025-11-19', hop: 1, invoices: 24 }), edge(2, 3, 2_250_113.4, { first_date: '2025-11-21', last_date: '2025-12-02', hop: 2, invoices: 23 }),
    edge(3, 4, 2_198_400, { first_date: '2025-12-04', last_date: '2025-12-20', hop: 3, invoices: 22 }), edge(4, 1, 2_161_000.55, { first_date: '2025-12-22', last_date: '2026-01-09', hop: 4, invoices: 22 }),
  ];
  return ringOf('R-7c1f0a92', ['closed_loop', 'same_control'], members, edges, { retained_share: 0.934, claims_amount: 1_096_387.15 });
}

/** Twenty new shells that sell to two claimants within days. */
export function burstOfTwenty(): Ring {
  const members = [...numbers(20).map((n) => member(n, 'issuer', 0.04, `昆明${'鑫恒瑞达盛'[n % 5] ?? ''}${'源通泰华'[n % 4] ?? ''}商贸有限公司`)), member(101, 'beneficiary', 0.55, '云南滇中有色金属集团进出口有限公司'), member(102, 'beneficiary', 0.45)];
  const edges = numbers(20).flatMap((n) => [edge(n, n % 3 === 0 ? 102 : 101, 380_000 + 31_000 * n), ...(n % 7 === 0 ? [edge(n, 102, 95_000)] : [])]);
  return ringOf('R-2b90e4d1', ['burst_and_vanish', 'same_control'], members, edges, { claims_amount: 742_108.5, truncated: true });
}

/** Five firms through whose hands the same goods pass, one short cut. */
export function ladderOfFive(): Ring {
  const members = [member(1, 'issuer', 0.2), member(2, 'conduit', 0.2, '曲靖恒源物资有限责任公司'), member(3, 'conduit', 0.2, '玉溪云岭新材料有限公司'), member(4, 'conduit', 0.2), member(5, 'beneficiary', 0.2, '昆明昭鲁加工厂')];
  const edges = [...numbers(4).map((n) => edge(n, n + 1, 5_000_000 * 1.01 ** n, { first_date: `2026-0${n}-05`, last_date: `2026-0${n + 1}-11` })), edge(1, 4, 320_000)];
  return ringOf('R-90aa17c3', ['pass_through', 'goods_switch'], members, edges, { retained_share: 0.99 });
}

/** One business behind thirty small fronts that sell to the same three buyers. */
export function splitOfThirty(): Ring {
  const members = [member(200, 'controller', 0.02, '昆明官渡区某建材经营部'), ...numbers(30).map((n) => member(n, 'member', 0.03, n % 2 === 0 ? `官渡区第${n}建材经营部` : undefined)), ...numbers(3, 301).map((n) => member(n, 'beneficiary', 0.02))];
  const edges = numbers(30).flatMap((n) => [edge(200, n, 150_000 + 2000 * n), edge(n, 301 + (n % 3), 285_000 - 1000 * n)]);
  return ringOf('R-5d04b8ef', ['income_splitting', 'same_control'], members, edges);
}

/** Two loops that share a firm, with sellers and buyers outside them. */
export function loopsWithOthers(): Ring {
  const members = [...numbers(6).map((n) => member(n, n === 1 ? 'beneficiary' : n % 2 === 0 ? 'conduit' : 'issuer', 0.12)), ...numbers(9, 40).map((n) => member(n, 'member', 0.02, `曲靖第${n}物资贸易有限公司`)), member(90, 'controller', 0.03)];
  const around = (hop: number) => ({ hop, first_date: `2026-0${hop}-03`, last_date: `2026-0${hop}-25` });
  const edges = [
    edge(1, 2, 3_000_000, around(1)), edge(2, 3, 2_900_000, around(2)), edge(3, 4, 2_850_000, around(3)), edge(4, 1, 2_800_000, around(4)),
    edge(1, 5, 900_000, around(1)), edge(5, 6, 890_000, around(2)), edge(6, 1, 880_000, around(3)), edge(2, 1, 45_000),
    ...numbers(9, 40).map((n) => (n % 2 === 0 ? edge(n, 1 + (n % 5), 60_000) : edge(3, n, 40_000 * (n - 38)))), edge(90, 4, 130_000),
  ];
  return ringOf('R-11aa22bb', ['closed_loop'], members, edges, { retained_share: 0.95 });
}

/** Firms under one hand that do not trade with each other. */
export function sameHands(count: number): Ring {
  return ringOf('R-33cc44dd', ['same_control'], [member(1, 'controller', 0.1), ...numbers(count - 1, 2).map((n) => member(n, 'member', 0.1))], []);
}

/** Many issuers and one claimant. */
export function manyIssuers(count: number): Ring {
  return ringOf('R-55ee66ff', ['burst_and_vanish'], [...numbers(count).map((n) => member(n, 'issuer', 0.01)), member(9000, 'beneficiary', 0.5)], numbers(count).map((n) => edge(n, 9000, 10_000 * n)));
}
