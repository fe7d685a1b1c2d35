/** Trade out of the ordinary: planted rings, capital goods, reds and voids. */
import { addDays, dayIn, daysBetween, lastDay, monthOfDay } from './calendar.ts';
import type { Economy } from './economy.ts';
import { code7, goods } from './goods.ts';
import { burstMonth } from './plants.ts';
import type { Random } from './random.ts';
import type { Roles } from './roles.ts';
import type { Book } from './trade.ts';
import { fen } from './world.ts';
import type { Invoice } from './world.ts';

/** Shells issue their whole first quota within a week, most of it to one buyer. */
export function issueBursts(economy: Economy, roles: Roles, book: Book, random: Random): void {
  for (const [ring, claimant] of roles.of('burst_claimant').entries()) {
    const shells = roles.labels.filter((each) => each.ringId === `burst-${ring + 1}` && each.role === 'issuer');
    for (const { firm: shell } of shells) {
      for (let ticket = 0; ticket < 16; ticket += 1) {
        const buyer = ticket % 6 === 5 ? random.pick(economy.outsideCustomers) : claimant;
        const item = random.pick(claimant.industry.buys);
        const day = dayIn(burstMonth(economy, ring), 20 + Math.floor(ticket / 3));
        book.write({ seller: shell, buyer, day, amount: fen(random.int(93_000, 99_900)), good: item });
      }
    }
  }
}

/** Value goes round four firms and comes back nearly whole, each hop about a week after the one before. */
export function issueLoop(economy: Economy, roles: Roles, book: Book, random: Random): void {
  const members = roles.of('closed_loop');
  if (members.length < 3) return;
  for (const round of [0, 1]) {
    let amount = fen(random.int(900_000, 1_100_000));
    let day = dayIn(economy.lastMonth - 5 + round * 2, 3);
    for (const [hop, seller] of members.entries()) {
      book.write({ seller, buyer: members[(hop + 1) % members.length] ?? seller, day, amount, good: goods.steel });
      amount = Math.round(amount * random.between(0.982, 0.995));
      day = addDays(day, random.int(6, 10));
    }
  }
}

export function buyCapitalGoods(economy: Economy, roles: Roles, book: Book, random: Random): void {
  for (const buyer of roles.of('capital_build_up')) {
    for (const back of [2, 1, 0]) {
      const seller = random.pick(economy.outsideSuppliers.get(code7(goods.machine)) ?? []);
      const amount = Math.max(fen(goods.machine.priceYuan), buyer.monthlySales * 4) + random.int(0, 99_999);
      book.write({ seller, buyer, day: dayIn(economy.lastMonth - back, random.int(3, 20)), amount, good: goods.machine });
    }
  }
}

/** The customer of the supplier that fails more than 400 days later buys from it while it is healthy. */
export function buyFromLateFailure(roles: Roles, book: Book, random: Random): void {
  for (const seller of roles.of('late_failed_supplier')) {
    for (const buyer of roles.of('late_failed_customer')) {
      for (let month = seller.activeFrom; month <= seller.activeTo - 1; month += 1) {
        book.write({ seller, buyer, day: dayIn(month, random.int(2, 26)), amount: fen(random.int(60_000, 120_000)), good: random.pick(seller.industry.sells) });
      }
    }
  }
}

function reverse(book: Book, blue: Invoice, day: string, reason: string): void {
  if (blue.seller === null) return;
  const red = book.write({ seller: blue.seller, buyer: blue.buyer, buyerName: blue.buyerName, day, amount: -blue.amount, good: blue.good, rate: blue.rate, kind: blue.kind, byAuthority: blue.byAuthority });
  red.tax = -blue.tax;
  red.status = 'red';
  red.blue = blue;
  red.redReason = reason;
  blue.status = 'reversed';
}

const canBeReversed = (invoice: Invoice): boolean =>
  invoice.status === 'normal' && invoice.seller?.internal === true && (invoice.kind === 'special' || invoice.kind === 'general')
  && invoice.seller.vatStatus === 'general' && invoice.seller.status === 'normal' && invoice.rate > 0;

/** About one sale in a hundred is taken back; the abusers take back a large part of earlier sales in the last quarter. */
export function issueReds(economy: Economy, roles: Roles, book: Book, random: Random): void {
  const end = lastDay(economy.lastMonth);
  for (const blue of book.invoices.filter(canBeReversed)) {
    const day = addDays(blue.day, random.int(4, 45));
    if (random.chance(0.02) && day <= end && blue.seller?.exportMethod === 'none' && blue.amount < (blue.seller?.monthlySales ?? 0) * 0.4) reverse(book, blue, day, random.pick(['wrong_issue', 'return', 'return', 'discount']));
  }
  for (const seller of roles.of('red_abuse')) {
    const earlier = book.invoices.filter((each) => each.seller === seller && canBeReversed(each)
      && each.buyer?.internal === false && economy.lastMonth - monthOfDay(each.day) >= 3 && daysBetween(each.day, end) < 260);
    const recent = book.invoices.filter((each) => each.seller === seller && each.status === 'normal' && economy.lastMonth - monthOfDay(each.day) < 3);
    let wanted = recent.reduce((sum, each) => sum + each.amount, 0) * 0.36;
    for (const blue of earlier) {
      if (wanted <= 0) break;
      wanted -= blue.amount;
      reverse(book, blue, dayIn(economy.lastMonth - random.int(0, 2), random.int(5, 27)), 'wrong_issue');
    }
  }
}

/** Voids exist for legacy invoices only: a spoilt copy beside the good one, sometimes with amount 0. */
export function addVoids(book: Book, random: Random): void {
  for (const good of book.invoices.filter((each) => each.code !== '' && each.status === 'normal')) {
    if (!random.chance(0.08) || good.seller === null) continue;
    const spoilt = book.write({ seller: good.seller, buyer: good.buyer, buyerName: good.buyerName, day: good.day, amount: random.chance(0.3) ? 0 : good.amount, good: good.good, rate: good.rate, kind: good.kind });
    spoilt.status = 'void';
  }
}
