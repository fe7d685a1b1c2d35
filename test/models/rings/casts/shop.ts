import type { CaseRow } from '../../../../indicators/loader/case-rows.ts';
import { each, numbered, sold, type Cast } from './cast.ts';

interface Shop {
  readonly shops?: number;
  readonly price?: number;
  readonly amount?: number;
  /** What a shop buys from others. */
  readonly elsewhere?: number;
  /** Lines of other sellers, each at 100 yuan. */
  readonly marketLines?: number;
  readonly seller?: CaseRow;
  readonly shop?: CaseRow;
}

/** A general taxpayer sells cheaply to small-scale shops that live of it. Each case has a good of its own: its market is the whole world. */
export function shop(good: string, { shops = 2, price = 85, amount = 50_000, elsewhere = 50_000, marketLines = 8, seller = {}, shop: kind = { vat_status: 'small' } }: Shop = {}): Cast {
  const ids = numbered('K', shops).split(' ');
  const own = ids.flatMap((id) => [sold(`M>${id}`, '04-01', amount, { goods: good, price }), sold(`${id}>X`, '04-20', 1000), ...(elsewhere > 0 ? [sold(`Y>${id}`, '04-02', elsewhere)] : [])]);
  const market = Array.from({ length: marketLines }, () => sold('N>Z', '04-05', 1000, { goods: good, price: 100 }));
  return { firms: { M: seller, ...each(ids.join(' '), kind), ...each('N') }, sales: [...own, ...market] };
}
