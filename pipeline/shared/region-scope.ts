import { VatRiskError } from './errors.ts';

const EVERYTHING = '*';
const PREFIX = /^\d{1,6}$/u;

/**
 * The districts someone may see, as prefixes of administrative division codes (GB/T 2260): 53 a province, 5301 a city, 530102 a
 * county, * everything. Everything that reads taxpayers takes one as its first argument; there is no default.
 */
export class RegionScope {
  readonly prefixes: readonly string[];

  private constructor(prefixes: readonly string[]) {
    this.prefixes = prefixes;
  }

  /** A scope of prefixes; of none, it covers nothing. Throws USAGE naming every word that is neither * nor one to six digits. */
  static of(prefixes: readonly string[]): RegionScope {
    const wrong = prefixes.filter((prefix) => prefix !== EVERYTHING && !PREFIX.test(prefix));
    if (wrong.length > 0) throw new VatRiskError('USAGE', `A region is one to six digits of a division code, such as 53 or 5301, or * for everything; found ${wrong.join(', ')}.`);
    const sorted = [...new Set(prefixes)].sort();
    if (sorted.includes(EVERYTHING)) return new RegionScope([EVERYTHING]);
    return new RegionScope(sorted.filter((prefix) => !sorted.some((other) => other !== prefix && prefix.startsWith(other))));
  }

  /** Everything, districts unknown to the register included. For people who hold the files anyway, never a default of the API. */
  static everything(): RegionScope {
    return new RegionScope([EVERYTHING]);
  }

  /** Whether a district lies inside. A taxpayer without a known district is seen by those only who may see everything. */
  covers(districtCode: string | null | undefined): boolean {
    if (this.prefixes[0] === EVERYTHING) return true;
    return districtCode !== null && districtCode !== undefined && this.prefixes.some((prefix) => districtCode.startsWith(prefix));
  }

  /** The same as a condition over a column of division codes; prefixes are digits, so the text needs no bound values. */
  condition(column: string): string {
    if (this.prefixes[0] === EVERYTHING) return 'true';
    if (this.prefixes.length === 0) return 'false';
    return `coalesce(${this.prefixes.map((prefix) => `starts_with(${column}, '${prefix}')`).join(' or ')}, false)`;
  }

  /** The parts of this scope that a narrower wish leaves: someone who may see 53 and asks for 5301 sees 5301. */
  within(wish: RegionScope): RegionScope {
    const narrower = (a: readonly string[], b: RegionScope) => a.filter((prefix) => (prefix === EVERYTHING ? b.prefixes[0] === EVERYTHING : b.covers(prefix)));
    return RegionScope.of([...narrower(this.prefixes, wish), ...narrower(wish.prefixes, this)]);
  }

  /** One text per scope, for keys and records. */
  get key(): string {
    return this.prefixes.join(',');
  }
}
