/** One script: a ring, a lone fraud or a legal look-alike. It recruits, changes lives, places orders and says what is true. */
import { GOODS, goodNumber } from '../facts/goods.ts';
import { Random } from '../random.ts';
import type { Behaviour } from './behaviours.ts';
import type { Firm, Wish } from './cast.ts';
import { roundYuan } from './draws.ts';
import type { ConductRows, KeyKind, Parameters, Role, Side } from './rows.ts';
import type { Months, Stage } from './stage.ts';

export interface Order {
  readonly seller: number;
  readonly buyer: number | null;
  readonly day: string;
  readonly amountYuan: number;
  readonly good: number;
  readonly isPaper: boolean;
  readonly partyName?: string;
  readonly second?: number;
  readonly kind?: 'special' | 'general' | 'agri_purchase' | 'customs';
  readonly priceFactor?: number;
}

export class Script {
  readonly random: Random;
  private readonly recruits: Firm[] = [];

  constructor(readonly id: string, readonly archetype: string, readonly stage: Stage, readonly rows: ConductRows) {
    this.random = new Random(`${stage.options.seed}/conduct/${id}`);
  }

  /** Recruits firms that keep their trade, those of the first wish first. */
  recruit(count: number, ...wishes: readonly Wish[]): Firm[] {
    return this.remember(this.stage.cast.take(this.random, count, ...wishes));
  }

  /** Recruits firms that get a new life. */
  recruitForNewLife(count: number, ...wishes: readonly Wish[]): Firm[] {
    return this.remember(this.stage.cast.takeUnknown(this.random, count, ...wishes));
  }

  private remember(found: readonly Firm[]): Firm[] {
    this.recruits.push(...found);
    return [...found];
  }

  /** Nothing was written yet and too few were found: everyone goes back. Returns 0, the number of members. */
  giveUp(): 0 {
    this.stage.cast.release(this.recruits);
    return 0;
  }

  passersBy(count: number, wish: Wish): Firm[] {
    const firstDay = this.stage.firstDay;
    return this.stage.cast.passersBy(this.random, count, (firm) => firm.registeredOn < firstDay && wish(firm));
  }

  change(firm: Firm, changes: Partial<Firm>): void {
    Object.assign(firm, changes);
    this.rows.firms.set(firm.firm, firm);
  }

  /** Replaces what a firm sells or buys: weights by number of the good, any scale; `total` below 1 leaves room for planted orders. */
  trade(firm: Firm, side: Side, weights: ReadonlyMap<number, number>, total = 1): void {
    const sum = [...weights.values()].reduce((all, weight) => all + weight, 0);
    this.rows.newGoods.add(`${firm.firm}/${side}`);
    for (const [good, weight] of weights) this.rows.goods.push({ firm: firm.firm, side, good, share: (weight / sum) * total });
  }

  /** Forgets the keys of one kind that a firm had. */
  clearKeys(firm: Firm, kind: KeyKind): void {
    this.rows.newKeys.add(`${firm.firm}/${kind}`);
  }

  key(firm: Firm, kind: KeyKind, value: string, from = firm.registeredOn, to: string | null = null): void {
    this.clearKeys(firm, kind);
    const equity = kind === 'investor' ? (firm.entityKind === 'enterprise' ? this.random.int(5, 10) / 10 : 1) : null;
    this.rows.keys.push({ firm: firm.firm, kind, value, from, to, equity });
  }

  invest(firm: Firm, ym: number, good: number, amountYuan: number): void {
    this.rows.investments.push({ firm: firm.firm, ym, good, amountYuan });
  }

  behave(firm: Firm, behaviour: Behaviour, { fromYm, toYm }: Months, strength: number): void {
    const until = Math.min(toYm, this.stage.lastYm);
    if (until >= fromYm) this.rows.conduct.push({ firm: firm.firm, behaviour, fromYm, toYm: until, strength });
  }

  order(order: Order): void {
    const { firstDay, lastDay } = this.stage;
    if (order.day < firstDay || order.day > lastDay) {
      throw new Error(`${this.id} places an order on ${order.day}, outside ${firstDay} … ${lastDay}: draw its days within the window`);
    }
    this.rows.orders.push({
      groupId: this.id, seller: order.seller, buyer: order.buyer, partyName: order.partyName ?? null, day: order.day, second: order.second ?? null,
      amountYuan: roundYuan(order.amountYuan), good: order.good, kind: order.kind ?? null, priceFactor: order.priceFactor ?? 0.95 + 0.1 * this.random.next(),
      isPaper: order.isPaper,
    });
  }


  label(firm: Firm, role: Role, { fromYm, toYm }: Months, ringId: string | null = this.id): void {
    this.rows.labels.push({ firm: firm.firm, archetype: this.archetype, role, ringId, fromYm, toYm: Math.min(toYm, this.stage.lastYm) });
  }

  lookalike(firm: Firm, role: string, { fromYm, toYm }: Months): void {
    this.rows.lookalikes.push({ firm: firm.firm, kind: this.archetype, groupId: this.id, role, fromYm, toYm: Math.min(toYm, this.stage.lastYm) });
  }

  ring(parameters: Parameters): void {
    this.rows.rings.push({ ringId: this.id, archetype: this.archetype, parameters });
  }
}

/** Goods, services and long-term assets by the first digit of their code. */
export const isGoods = (good: number): boolean => GOODS[good]?.prefix.startsWith('1') === true && !(GOODS[good]?.isCapital ?? true);

/** Leading digits of a good's code: three tell the class, seven the group. */
export const codeOf = (good: number, digits: number): string => GOODS[good]?.prefix.slice(0, digits) ?? '';

export const goodsOf = (...keys: readonly string[]): number[] => keys.map(goodNumber);
