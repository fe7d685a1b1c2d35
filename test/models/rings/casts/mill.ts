import { each, numbered, representative, sold, type Cast } from './cast.ts';

interface Seller {
  readonly total?: number;
  readonly bought?: number;
  readonly staff?: number | null;
  readonly industry?: string | null;
  /** Parts of what it sells, by good. */
  readonly goods?: Readonly<Record<string, number>>;
  readonly day?: string;
}

function seller(id: string, { total = 50_000, bought = 22_499, staff = 2, industry = 'C1711', goods = { '1090413': 1 }, day = '04-01' }: Seller): Cast {
  const sales = Object.entries(goods).map(([good, part]) => sold(`${id}>X${id}`, day, part * total, { goods: good }));
  return { firms: { [id]: { industry_code: industry, ...(staff === null ? {} : { staff }) } }, sales: [...sales, sold(`Y${id}>${id}`, day, bought)] };
}

/** Three sellers that buy and employ next to nothing have one representative; what is said of the third may differ. */
export function mill(third: Seller = {}, more: Cast['more'] = { persons: representative('S1 S2 S3') }): Cast {
  const sellers = [seller('S1', {}), seller('S2', {}), seller('S3', third)];
  return { firms: Object.assign({}, ...sellers.map(({ firms }) => firms)) as Cast['firms'], sales: sellers.flatMap(({ sales }) => sales), ...(more && { more }) };
}

/** Hollow sellers of one trade that share nothing but buyers; each has `own` buyers besides. */
export function millByBuyers({ sellers = 3, buyers = 3, own = 2 } = {}): Cast {
  const ids = numbered('S', sellers).split(' ');
  const sales = ids.flatMap((id) => [...numbered('B', buyers).split(' '), ...(own > 0 ? numbered(`X${id}`, own).split(' ') : [])].map((buyer) => sold(`${id}>${buyer}`, '04-01', 25_000)));
  return { firms: { ...each(ids.join(' '), { industry_code: 'C1711' }), ...each(numbered('B', buyers)) }, sales };
}
