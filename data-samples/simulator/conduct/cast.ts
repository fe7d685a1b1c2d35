/** Ordinary taxpayers that a script may recruit, and who has been recruited. */
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { sqlName } from '../../../pipeline/engine/sql-text.ts';
import { ratingMacros } from '../facts/ratings.ts';
import type { IndustryRole } from '../facts/industries.ts';
import type { SimulateOptions } from '../options.ts';
import type { Random } from '../random.ts';

export type VatStatus = 'general' | 'small';

/** One taxpayer as table `firm` knows it; a script changes it before anything is traded. */
export interface Firm {
  readonly firm: number;
  readonly entityKind: 'enterprise' | 'individual';
  /** An accounting agent that has clients keeps its own life. */
  readonly isAgent: boolean;
  /** Its credit classes of the last two years are A or B, or none of them is: the office's view, which no fraud changes. */
  readonly rating: 'may claim' | 'may not claim' | 'changes';
  taxpayerName: string;
  city: number;
  /** County of the registration, also written in the taxpayer's id. */
  districtCode: string;
  vatStatus: VatStatus;
  generalYm: number;
  generalFrom: string | null;
  registeredOn: string;
  industry: number;
  code: string;
  role: IndustryRole;
  monthlySales: number;
  firstYm: number;
  lastYm: number;
  firstSaleYm: number;
  filedToYm: number;
  status: string;
  statusFrom: string;
  exportMethod: string;
  agent: number | null;
  headOffice: number | null;
  businessGroup: number | null;
  addressKey: string;
  registeredCapital: number | null;
  legacyUntilYm: number;
}
export type Wish = (firm: Firm) => boolean;

/** Share of the province that is read as candidates; a small province is read whole. */
const POOL_SHARE = 0.12;
const POOL_AT_LEAST = 1500;

/** What is read of a firm, by the names above. */
const FIRM_COLUMNS = {
  firm: 'f.firm', entityKind: 'f.entity_kind', isAgent: 'f.firm in (select agent from firm where agent is not null)', taxpayerName: 'f.taxpayer_name',
  city: 'f.city', districtCode: 'f.district_code', vatStatus: 'f.vat_status', generalYm: 'f.general_ym', generalFrom: 'f.general_from',
  registeredOn: 'f.registered_on', industry: 'f.industry', code: 'i.industry_code', role: 'i.role', monthlySales: 'f.monthly_sales::double',
  firstYm: 'f.first_ym', lastYm: 'f.last_ym', firstSaleYm: 'f.first_sale_ym', filedToYm: 'f.filed_to_ym', status: 'f.status', statusFrom: 'f.status_from',
  exportMethod: 'f.export_method', agent: 'f.agent', headOffice: 'f.head_office', businessGroup: 'f.business_group', addressKey: 'f.address_key',
  registeredCapital: 'f.registered_capital::double', legacyUntilYm: 'f.legacy_until_ym',
} as const satisfies Partial<Record<keyof Firm, string>>;

/** Candidates are alive to the end of the window and stand in no business group. They come in an order that the seed draws. */
export async function readCast(engine: Engine, options: SimulateOptions): Promise<Cast> {
  for (const statement of ratingMacros()) await engine.exec(statement);
  const mayClaim = (yearsBefore: number): string =>
    `rating_class(f.firm, f.registered_on, f.status, f.status_from, year(cutoff()) - ${yearsBefore}) in ('A', 'B')`;
  const columns = Object.entries(FIRM_COLUMNS).map(([name, expression]) => `${expression} as ${sqlName(name)}`).join(', ');
  const firms = await engine.rows<Firm>(`select ${columns},
      case when ${mayClaim(0)} and ${mayClaim(1)} then 'may claim'
        when not ${mayClaim(0)} and not ${mayClaim(1)} then 'may not claim' else 'changes' end as rating
    from firm as f join industry as i using (industry)
    where f.is_internal and f.business_group is null and f.entity_kind in ('enterprise', 'individual') and f.status = 'normal'
      and f.last_ym = last_ym() and f.monthly_sales > 0
    order by draw(f.firm, 'conduct pool'), f.firm limit ${Math.round(options.taxpayers * POOL_SHARE) + POOL_AT_LEAST}`);
  return new Cast(firms);
}

/** Hands out candidates. Whoever takes part in one script takes part in no other. */
export class Cast {
  private readonly taken = new Set<number>();
  /** Honest firms that already trade with a script: their lives stay as they are. */
  private readonly known = new Set<number>();

  constructor(private readonly firms: readonly Firm[]) {}

  /** Up to `count` firms that nobody took: those of the first wish come first, then those of the next. */
  take(random: Random, count: number, ...wishes: readonly Wish[]): Firm[] {
    const found: Firm[] = [];
    for (const wish of wishes) {
      found.push(...this.walk(random, count - found.length, (firm) => !this.taken.has(firm.firm) && wish(firm)));
      for (const { firm } of found) this.taken.add(firm);
    }
    return found;
  }

  /** Like `take`, for firms that get a new life: nobody has traded with them yet. */
  takeUnknown(random: Random, count: number, ...wishes: readonly Wish[]): Firm[] {
    return this.take(random, count, ...wishes.map((wish): Wish => (firm) => !this.known.has(firm.firm) && wish(firm)));
  }

  /** Honest firms that a script trades with; they may be met again, but are recruited no more for a new life. */
  passersBy(random: Random, count: number, wish: Wish): Firm[] {
    const met = this.walk(random, count, (firm) => !this.taken.has(firm.firm) && wish(firm));
    for (const { firm } of met) this.known.add(firm);
    return met;
  }

  release(firms: readonly Firm[]): void {
    for (const { firm } of firms) this.taken.delete(firm);
  }

  private walk(random: Random, count: number, fits: Wish): Firm[] {
    const found: Firm[] = [];
    if (this.firms.length === 0) return found;
    const start = random.int(0, this.firms.length - 1);
    for (let step = 0; step < this.firms.length && found.length < count; step += 1) {
      const firm = this.firms[(start + step) % this.firms.length];
      if (firm !== undefined && fits(firm)) found.push(firm);
    }
    return found;
  }
}
