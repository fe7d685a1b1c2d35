import { each, sold, type Cast, type Sale } from './cast.ts';

interface Burst {
  readonly first?: string;
  readonly last?: string;
  readonly invoices?: number;
  readonly total?: number;
  readonly toBuyer?: number;
  readonly goods?: string;
}

/** A shell sells to B first, then to somebody outside whom no other shell serves. */
function shell(id: string, { first = '04-01', last = '05-31', invoices = 6, total = 200_000, toBuyer = 50_000, goods }: Burst): Sale[] {
  const line = goods === undefined ? {} : { goods };
  const small = Array.from({ length: invoices - 2 }, () => sold(`${id}>X${id}`, last, 1000, line));
  return [sold(toBuyer > 0 ? `${id}>B` : `${id}>X${id}`, first, Math.max(toBuyer, 1000), line), ...small, sold(`${id}>X${id}`, last, total - Math.max(toBuyer, 1000) - 1000 * small.length, line)];
}

/** Two shells sell for sixty days, fall silent, and fed one buyer: all limits just met. */
export const burst = (both: Burst = {}, second: Burst = both): Cast => ({ firms: each('B S1 S2'), sales: [...shell('S1', both), ...shell('S2', second)] });

/** Three shells without a common buyer sell one good; the first two begin on one day, the third may differ. */
export const wave = (goods: string, third: Burst = {}, firms: Cast['firms'] = each('S1 S2 S3')): Cast => ({
  firms, sales: ['S1', 'S2', 'S3'].flatMap((id) => shell(id, { toBuyer: 0, goods, ...(id === 'S3' ? third : {}) })),
});

/** Three shells without a common buyer. */
export const shellsApart = (third: Burst = {}, firms: Cast['firms'] = each('S1 S2 S3')): Cast => ({
  firms, sales: [...shell('S1', { toBuyer: 0 }), ...shell('S2', { toBuyer: 0 }), ...shell('S3', { toBuyer: 0, ...third })],
});
