/** Ordinary trade: month by month, buyers order from their suppliers, sellers serve the rest of their market. */
import { daysInMonth, dayIn, isQuarterEnd } from './calendar.ts';
import type { Economy } from './economy.ts';
import { code7, goods } from './goods.ts';
import type { Good } from './goods.ts';
import { InvoiceNumbers } from './ids.ts';
import type { Random } from './random.ts';
import type { Roles } from './roles.ts';
import { isProducer } from './roles.ts';
import { fen, taxOf } from './world.ts';
import type { Fen, Firm, Invoice } from './world.ts';

export interface Sale {
  readonly seller: Firm | null;
  readonly buyer: Firm | null;
  readonly day: string;
  readonly amount: Fen;
  readonly good: Good;
  readonly kind?: string;
  readonly rate?: number;
  readonly buyerName?: string;
  readonly sellerName?: string;
  readonly byAuthority?: boolean;
}

const PROVINCE = '53';
const SEASON = [0.96, 0.72, 1.04, 1.02, 1.0, 1.06, 0.97, 0.98, 1.05, 1.0, 1.06, 1.14] as const;

/** All invoices of the province, and the part of each firm's sales that was never invoiced. */
export class Book {
  readonly invoices: Invoice[] = [];
  readonly uninvoiced = new Map<string, Fen>();
  private readonly numbers = new InvoiceNumbers();

  constructor(private readonly random: Random) {}

  write(sale: Sale): Invoice {
    const rate = sale.rate ?? sale.good.rate;
    const month = Number(sale.day.slice(0, 4)) * 12 + Number(sale.day.slice(5, 7)) - 1;
    const legacy = sale.seller !== null && sale.seller.internal && month <= sale.seller.legacyUntil;
    const code = legacy ? `5300${sale.day.slice(2, 4)}${String(sale.seller?.index ?? 0).padStart(3, '0')}1` : '';
    const region = sale.seller === null || sale.seller.internal ? PROVINCE : sale.seller.id.slice(2, 4);
    const timed = this.random.chance(0.4);
    const invoice: Invoice = {
      code,
      number: legacy ? this.numbers.legacy(code) : this.numbers.digital(sale.day, region),
      kind: sale.kind ?? (sale.buyer === null ? 'general' : 'special'),
      seller: sale.seller,
      buyer: sale.buyer,
      sellerName: sale.sellerName ?? '',
      buyerName: sale.buyerName ?? '',
      day: sale.day,
      time: timed ? `${String(this.random.int(8, 18)).padStart(2, '0')}:${String(this.random.int(0, 59)).padStart(2, '0')}:00` : '',
      amount: sale.amount,
      tax: taxOf(sale.amount, rate),
      rate,
      good: sale.good,
      status: 'normal',
      blue: null,
      redReason: '',
      ticketCap: legacy ? fen(1_000_000) : 0,
      byAuthority: sale.byAuthority ?? false,
    };
    this.invoices.push(invoice);
    return invoice;
  }

  addUninvoiced(firm: Firm, month: number, amount: Fen): void {
    const key = `${firm.id}/${month}`;
    this.uninvoiced.set(key, (this.uninvoiced.get(key) ?? 0) + amount);
  }
}

const isTrading = (firm: Firm, month: number): boolean => month >= firm.activeFrom && month <= firm.activeTo;
const someDay = (random: Random, month: number): string => dayIn(month, random.int(1, daysInMonth(month)));

/** An odd amount near the target, never round and never negative. */
function oddAmount(random: Random, target: number): Fen {
  return Math.max(5_000, Math.round(target * random.between(0.93, 1.07)) + random.int(1, 99));
}

export class Market {
  private room = new Map<Firm, Fen>();

  constructor(
    private readonly economy: Economy,
    private readonly roles: Roles,
    private readonly book: Book,
    private readonly random: Random,
  ) {}

  run(): void {
    const { firstMonth, lastMonth, general, small } = this.economy;
    for (let month = firstMonth; month <= lastMonth; month += 1) {
      const monthly = this.random.fork(`month ${month}`);
      this.room = new Map(general.map((firm) => [firm, this.salesTarget(monthly, firm, month)]));
      for (const firm of general) if (isTrading(firm, month)) this.buy(monthly, firm, month);
      for (const firm of general) if (isTrading(firm, month)) this.sellRest(monthly, firm, month);
      for (const firm of [...small, ...this.economy.cooperatives]) if (isTrading(firm, month)) this.sellSmall(monthly, firm, month);
    }
  }

  private salesTarget(random: Random, firm: Firm, month: number): Fen {
    // a developer builds first and sells later
    if (firm.industry.code === 'K7010' && month < this.economy.firstMonth + 20) return 0;
    return Math.round(firm.monthlySales * (SEASON[month % 12] ?? 1) * random.between(0.85, 1.15));
  }

  private purchaseFactor(firm: Firm, month: number): number {
    const sinceEnd = this.economy.lastMonth - month;
    if (this.roles.has(firm, 'input_spike')) return sinceEnd < 3 ? 5 : 1;
    if (this.roles.has(firm, 'grows')) return firm.industry.code.startsWith('I') ? 2.4 : 1.45;
    return 1;
  }

  private buy(random: Random, buyer: Firm, month: number): void {
    const { industry } = buyer;
    if (industry.buys.length === 0) return;
    const budget = buyer.monthlySales * industry.costShare * random.between(0.9, 1.1) * this.purchaseFactor(buyer, month);
    const count = budget > fen(900_000) ? 3 : budget > fen(280_000) ? 2 : 1;
    for (let part = 0; part < count; part += 1) {
      const item = random.pick(industry.buys);
      const amount = oddAmount(random, budget / count);
      if (item === goods.wheat) this.buyCrop(random, buyer, month, amount);
      else this.order(random, buyer, month, item, amount);
    }
    if (industry.code === 'G5430') {
      this.book.write({ seller: this.outside(random, goods.toll), buyer, day: someDay(random, month), amount: oddAmount(random, fen(2_400)), good: goods.toll, kind: 'toll' });
    }
    if (this.roles.has(buyer, 'travels') && month % 3 === 0) {
      const item = random.pick([goods.rail, goods.air]);
      this.book.write({ seller: this.outside(random, item), buyer, day: someDay(random, month), amount: oddAmount(random, fen(item.priceYuan)), good: item, kind: item === goods.rail ? 'rail' : 'air' });
    }
    if (this.roles.has(buyer, 'buys_machines') && random.chance(0.08)) {
      this.book.write({ seller: this.outside(random, goods.machine), buyer, day: someDay(random, month), amount: oddAmount(random, fen(goods.machine.priceYuan)), good: goods.machine });
    }
  }

  private outside(random: Random, item: Good): Firm {
    return random.pick(this.economy.outsideSuppliers.get(code7(item)) ?? []);
  }

  private order(random: Random, buyer: Firm, month: number, item: Good, amount: Fen): void {
    const links = buyer.suppliers.get(code7(item)) ?? [];
    const willing = links.filter((seller) => seller.internal && isTrading(seller, month) && (this.room.get(seller) ?? 0) >= amount
      && seller.exportMethod === 'none' && !this.roles.has(seller, 'goods_switch'));
    // a factory in a growth or spike phase leaves its usual circle
    const inside = willing.length > 0 && random.chance(0.85);
    const seller = inside ? random.pick(willing) : this.outside(random, item);
    if (inside) this.room.set(seller, (this.room.get(seller) ?? 0) - amount);
    this.book.write({ seller, buyer, day: someDay(random, month), amount, good: item });
  }

  /** Crops come from farmers (the buyer issues the invoice, face tax 0) or from a cooperative. */
  private buyCrop(random: Random, buyer: Firm, month: number, amount: Fen): void {
    const day = someDay(random, month);
    if (this.economy.cooperatives.length > 0 && random.chance(0.2)) {
      this.book.write({ seller: random.pick(this.economy.cooperatives), buyer, day, amount: oddAmount(random, fen(40_000)), good: goods.wheat, kind: 'agri_sale', rate: 0 });
      return;
    }
    this.book.write({ seller: null, sellerName: this.economy.names.farmer(), buyer, day, amount, good: goods.wheat, kind: 'agri_purchase', rate: 0 });
  }

  private sellRest(random: Random, seller: Firm, month: number): void {
    let left = this.room.get(seller) ?? 0;
    if (left < fen(3_000)) return;
    const { industry } = seller;
    const item = this.roles.has(seller, 'goods_switch') ? goods.cable : random.pick(industry.sells);
    const uninvoiced = Math.round(left * industry.uninvoicedShare);
    if (uninvoiced > 0) this.book.addUninvoiced(seller, month, uninvoiced);
    left -= uninvoiced;
    if (this.roles.has(seller, 'exports')) {
      const abroad = oddAmount(random, left * 0.6);
      this.book.write({ seller, buyer: null, buyerName: random.pick(['HANSA HANDEL GMBH', 'MEKONG TRADING CO', 'ARNO TESSUTI SRL']), day: someDay(random, month), amount: abroad, good: item, rate: 0 });
      left -= abroad;
    }
    const consumers = Math.round(left * industry.consumerShare);
    if (consumers > fen(3_000)) {
      this.book.write({ seller, buyer: null, buyerName: '个人', day: someDay(random, month), amount: consumers, good: item });
      left -= consumers;
    }
    // a firm that will take back many sales makes them in small lots
    const lots = this.roles.has(seller, 'red_abuse') ? 6 : left > fen(900_000) ? 2 : 1;
    for (let lot = 0; lot < lots && left > fen(3_000); lot += 1) {
      const amount = oddAmount(random, left / lots);
      this.book.write({ seller, buyer: random.pick(this.economy.outsideCustomers), day: someDay(random, month), amount, good: item });
    }
  }

  private sellSmall(random: Random, seller: Firm, month: number): void {
    const base = seller.monthlySales * (SEASON[month % 12] ?? 1) * random.between(0.75, 1.1);
    if (seller.industry.code === 'A0141') {
      this.book.addUninvoiced(seller, month, oddAmount(random, base));
      return;
    }
    this.book.addUninvoiced(seller, month, oddAmount(random, base * seller.industry.uninvoicedShare));
    const invoiced = base * (1 - seller.industry.uninvoicedShare);
    const item = random.pick(seller.industry.sells);
    // small shops invoice some months only; the quarter's last month always
    if (!isQuarterEnd(month) && !random.chance(0.06)) {
      this.book.addUninvoiced(seller, month, oddAmount(random, invoiced));
      return;
    }
    const day = someDay(random, month);
    if (random.chance(seller.industry.consumerShare)) {
      this.book.write({ seller, buyer: null, buyerName: random.chance(0.8) ? '个人' : '散户', day, amount: oddAmount(random, invoiced), good: item, rate: 1 });
      return;
    }
    const buyer = random.chance(0.7) ? random.pick(this.economy.general.filter((firm) => isTrading(firm, month))) : random.pick(this.economy.outsideCustomers);
    const kind = random.chance(0.4) && isProducer(buyer) ? 'special' : 'general';
    this.book.write({ seller, buyer, day, amount: oddAmount(random, invoiced), good: item, rate: 1, kind, byAuthority: kind === 'special' && seller.entityKind === 'individual' && random.chance(0.8) });
  }
}
