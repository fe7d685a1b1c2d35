import type { CaseRow } from '../../../../indicators/loader/case-rows.ts';
import { each, numbered, sold, type Cast } from './cast.ts';

interface Split {
  readonly sellers?: number;
  /** What each sells in the last quarters, the latest first. */
  readonly quarters?: readonly number[];
  /** The same for the last seller. */
  readonly last?: readonly number[];
  readonly toBuyer?: number;
  readonly otherBuyers?: number;
  readonly codes?: readonly string[];
  readonly firm?: CaseRow;
}

const QUARTER_DAYS = ['2026-05-11', '2026-02-11', '2025-11-11', '2025-08-11'];

/** Small-scale sellers of one service to one buyer, each of them near the exempt amount of a quarter. */
export function split({ sellers = 4, quarters = [200_000], last = quarters, toBuyer = 1, otherBuyers = 0, codes = ['3040101'], firm = { vat_status: 'small' } }: Split = {}): Cast {
  const ids = numbered('S', sellers).split(' ');
  const sales = ids.flatMap((id, place) => (place === sellers - 1 ? last : quarters).flatMap((yuan, quarter) => {
    const day = QUARTER_DAYS[quarter]!;
    const goods = codes[(sellers - 1 - place) % codes.length]!;
    const others = Array.from({ length: otherBuyers }, (_, at) => sold(`${id}>X${id}${at}`, day, (yuan * (1 - toBuyer)) / otherBuyers, { goods }));
    return [sold(`${id}>B`, day, yuan * toBuyer, { goods }), ...others];
  }));
  return { firms: { ...each(ids.join(' '), firm), ...each('B') }, sales };
}
