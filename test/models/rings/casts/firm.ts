import type { CaseRow } from '../../../../indicators/loader/case-rows.ts';
import { each, numbered, sold, type Cast } from './cast.ts';

interface Firms {
  readonly buyers?: number;
  /** Share of each common buyer in what each firm sells, in hundredths of a percent. */
  readonly shareBasisPoints?: number;
  readonly second?: CaseRow;
  readonly more?: Cast['more'];
}

/** Two firms of one trade with the same buyers; what else each sells goes to somebody of its own who is not registered here. */
export function firms({ buyers = 4, shareBasisPoints = 1700, second = {}, more = {} }: Firms = {}): Cast {
  const facts = { industry_code: 'C1711', staff: 20 };
  const sales = ['F1', 'F2'].flatMap((id) => [
    ...numbered('B', buyers).split(' ').map((buyer) => sold(`${id}>${buyer}`, '04-01', 100 * shareBasisPoints)),
    sold(`${id}>X${id}`, '04-02', 1_000_000 - buyers * 100 * shareBasisPoints), sold(`Y${id}>${id}`, '03-20', 450_000),
  ]);
  return { firms: { F1: facts, F2: { ...facts, ...second }, ...each(numbered('B', buyers)) }, sales, more };
}
