/** Who lives in the province: taxpayers of all kinds, and the parties outside the delivery they trade with. */
import { dayIn, monthNumber } from './calendar.ts';
import { code7, generalIndustries, goods, smallIndustries } from './goods.ts';
import type { Good, Industry } from './goods.ts';
import { makeUscc } from './ids.ts';
import { Names } from './names.ts';
import type { Random } from './random.ts';
import { pseudonym } from './random.ts';
import { LAST_PERIOD, fen } from './world.ts';
import type { Firm, Options, VatStatus } from './world.ts';

export interface Economy {
  readonly firms: readonly Firm[];
  readonly general: readonly Firm[];
  readonly small: readonly Firm[];
  readonly others: readonly Firm[];
  readonly cooperatives: readonly Firm[];
  readonly outsideSuppliers: ReadonlyMap<string, readonly Firm[]>;
  readonly outsideCustomers: readonly Firm[];
  readonly firstMonth: number;
  readonly lastMonth: number;
  readonly names: Names;
}

const DIVISIONS = ['530102', '530103', '530111', '530112', '530302', '530402', '530602', '532301', '532502', '532901'] as const;
const cooperative: Industry = {
  code: 'A0141', words: ['蔬菜种植'], sells: [goods.vegetables, goods.wheat], buys: [], costShare: 0.3,
  monthlyYuan: [10_000, 60_000], uninvoicedShare: 0.4, consumerShare: 0, count: 1,
};
const idle: Industry = {
  code: 'L7291', words: ['商务服务'], sells: [goods.design], buys: [], costShare: 0, monthlyYuan: [0, 0],
  uninvoicedShare: 0, consumerShare: 0, count: 1,
};

interface Draft {
  readonly industry: Industry;
  readonly entityKind: string;
  readonly vatStatus: VatStatus;
  readonly internal: boolean;
}

class Registry {
  private readonly firms: Firm[] = [];
  private serial = 11;

  constructor(
    private readonly random: Random,
    private readonly names: Names,
    private readonly firstMonth: number,
    private readonly lastMonth: number,
  ) {}

  add(draft: Draft): Firm {
    const random = this.random.fork(`firm ${this.serial}`);
    const kind = draft.entityKind === 'individual' ? 2 : draft.entityKind === 'cooperative' ? 3 : 1;
    const division = draft.internal ? random.pick(DIVISIONS) : random.pick(['440305', '330106', '510104', '450102', '430111']);
    this.serial += random.int(3, 40);
    const word = random.pick(draft.industry.words);
    const registered = dayIn(monthNumber('2009-01') + random.int(0, 178), random.int(1, 28));
    const [low, high] = draft.industry.monthlyYuan;
    // squaring the draw gives many small firms and few large ones
    const size = random.next() ** 2;
    const firm: Firm = {
      index: this.firms.length,
      id: draft.entityKind === 'natural_person' ? `P53${String(this.serial).padStart(14, '0')}` : makeUscc(kind, division, draft.internal ? 'MA6' : 'MA5', this.serial),
      name: kind === 2 ? this.names.shop(word) : this.names.company(word, !draft.internal),
      internal: draft.internal,
      entityKind: draft.entityKind,
      vatStatus: draft.vatStatus,
      generalFrom: draft.vatStatus === 'general' ? registered : '',
      registeredOn: registered,
      industry: draft.industry,
      capital: fen(kind === 1 ? random.pick([500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000]) : 100_000),
      address: pseudonym(`address ${this.serial}`, 10),
      district: division,
      status: 'normal',
      statusFrom: registered,
      exportMethod: 'none',
      agentId: '',
      monthlySales: fen(Math.round(low + (high - low) * size)),
      activeFrom: this.firstMonth,
      activeTo: this.lastMonth,
      levyRefund: false,
      legacyUntil: 0,
      suppliers: new Map(),
    };
    this.firms.push(firm);
    return firm;
  }

  all(): readonly Firm[] {
    return this.firms;
  }
}

/** Exactly `count` industries, in proportion to their weights. */
function spread(industries: readonly Industry[], count: number): Industry[] {
  const weight = industries.reduce((sum, each) => sum + each.count, 0);
  const chosen: Industry[] = [];
  let carried = 0;
  for (const each of industries) {
    carried += (each.count * count) / weight;
    while (chosen.length < Math.round(carried)) chosen.push(each);
  }
  return chosen;
}

function addOthers(registry: Registry, count: number): Firm[] {
  return Array.from({ length: count }, (_, index) => {
    if (index % 5 === 0) return registry.add({ industry: cooperative, entityKind: 'cooperative', vatStatus: 'small', internal: true });
    if (index % 5 === 1) return registry.add({ industry: idle, entityKind: 'natural_person', vatStatus: '', internal: true });
    if (index % 5 === 2) return registry.add({ industry: idle, entityKind: 'other_unit', vatStatus: 'small', internal: true });
    const gone = registry.add({ industry: idle, entityKind: 'enterprise', vatStatus: 'small', internal: true });
    gone.status = index % 5 === 3 ? 'deregistered' : 'suspended';
    gone.statusFrom = dayIn(monthNumber('2024-03') + index, 12);
    return gone;
  });
}

function outsideSuppliers(registry: Registry): Map<string, Firm[]> {
  const suppliers = new Map<string, Firm[]>();
  const served: Good[] = Object.values(goods);
  for (const item of served) {
    if (suppliers.has(code7(item))) continue;
    const industry: Industry = { ...idle, words: [item.name.split('*')[1] ?? '商贸'], sells: [item] };
    const draft: Draft = { industry, entityKind: 'enterprise', vatStatus: 'general', internal: false };
    suppliers.set(code7(item), [registry.add(draft), registry.add(draft), registry.add(draft)]);
  }
  return suppliers;
}

function linkSuppliers(economy: Economy, random: Random): void {
  for (const buyer of economy.general) {
    const links = random.fork(`suppliers ${buyer.id}`);
    for (const item of buyer.industry.buys) {
      const inside = economy.general.filter((seller) => seller !== buyer && seller.industry.sells.some((sold) => code7(sold) === code7(item)));
      buyer.suppliers.set(code7(item), [...links.sample(inside, 3), ...links.sample(economy.outsideSuppliers.get(code7(item)) ?? [], 2)]);
    }
  }
}

/** The honest province: firms, their habits and the links between buyers and sellers. */
export function buildEconomy(options: Options, random: Random): Economy {
  const lastMonth = monthNumber(LAST_PERIOD);
  const firstMonth = lastMonth - options.months + 1;
  const names = new Names(random.fork('names'));
  const registry = new Registry(random, names, firstMonth, lastMonth);
  const generalCount = Math.round(options.taxpayers * 0.35);
  const smallCount = Math.round(options.taxpayers * 0.55);
  const general = spread(generalIndustries, generalCount).map((industry) =>
    registry.add({ industry, entityKind: 'enterprise', vatStatus: 'general', internal: true }));
  const small = spread(smallIndustries, smallCount).map((industry, index) =>
    registry.add({ industry, entityKind: index % 5 < 3 ? 'individual' : 'enterprise', vatStatus: 'small', internal: true }));
  const others = addOthers(registry, options.taxpayers - general.length - small.length);
  const suppliers = outsideSuppliers(registry);
  const customers = Array.from({ length: 40 }, () =>
    registry.add({ industry: { ...idle, words: ['实业', '贸易', '工程'] }, entityKind: 'enterprise', vatStatus: 'general', internal: false }));
  const economy: Economy = {
    firms: registry.all().filter((firm) => firm.internal), general, small, others, outsideSuppliers: suppliers, outsideCustomers: customers,
    cooperatives: others.filter((firm) => firm.entityKind === 'cooperative'), firstMonth, lastMonth, names,
  };
  for (const firm of general) if (random.chance(0.25)) firm.legacyUntil = firstMonth + random.int(5, 14);
  linkSuppliers(economy, random);
  return economy;
}
