import type { CaseRow } from '../../../../indicators/loader/case-rows.ts';
import { each, sold, type Cast } from './cast.ts';

const MACHINES = '109';
const METALS = '108';

interface Graft {
  readonly imported?: number;
  /** What it sells of metals, which it never had, and of the machines it imported. */
  readonly metals?: number;
  readonly machines?: number;
  readonly metalsBought?: number;
  readonly toBuyer?: number;
  readonly firm?: CaseRow;
  readonly certificate?: CaseRow;
  readonly declaration?: CaseRow;
}

/** A trader deducts certificates for machines and sells metals. */
export function graft({ imported = 300_000, metals = 1_000_000, machines = 0, metalsBought = 0, toBuyer = metals, firm, certificate, declaration }: Graft = {}): Cast {
  return {
    firms: { I: { industry_code: 'F5164', staff: 2, ...firm }, ...each('B') },
    sales: [
      ...(toBuyer > 0 ? [sold('I>B', '05-10', toBuyer, { goods: METALS })] : []), ...(metals > toBuyer ? [sold('I>X', '05-11', metals - toBuyer, { goods: METALS })] : []),
      ...(machines > 0 ? [sold('I>X', '05-12', machines, { goods: MACHINES })] : []), ...(metalsBought > 0 ? [sold('Y>I', '05-01', metalsBought, { goods: METALS })] : []),
    ],
    more: {
      other_vouchers: [{ taxpayer_id: 'I', period: '2026-04', voucher_type: 'customs', voucher_no: 'V', tax: 39_000, ...certificate }],
      customs_declarations: [{ declaration_no: 'D', item_no: 1, taxpayer_id: 'I', direction: 'import', declared_on: '2026-04-10', hs_code: '84713000', amount: imported, voucher_no: 'V', ...declaration }],
    },
  };
}
