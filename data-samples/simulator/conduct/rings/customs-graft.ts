/** An importer whose customs certificates are for one kind of goods and whose sales are of another: the certificates' tax covers paper. */
import { addDays } from '../../calendar.ts';
import { GOODS } from '../../facts/goods.ts';
import type { Firm } from '../cast.ts';
import { byCare, drawCare, drawShare, roundYuan, splitSum } from '../draws.ts';
import type { Care } from '../draws.ts';
import { dealHands, drawHands, handsParameter } from '../hands.ts';
import { becomeShell, isSmallCompany, isSmallTrader, keepHouse } from '../lives.ts';
import { codeOf, goodsOf, isGoods } from '../script.ts';
import type { Script } from '../script.ts';
import { drawStart, monthOf, outsideParty, outsideSellerOf } from '../stage.ts';
import { nextClaimant, paperGoods, recruitClaimants, settleClaimants } from './claimants.ts';
import type { Claimant } from './claimants.ts';

const FARM_IMPORTS = ['maize', 'cotton', 'timber', 'frozen'] as const;
const OTHER_IMPORTS = ['pulp', 'coal', 'ironOre', 'pigment'] as const;

interface Graft {
  readonly care: Care;
  readonly days: number;
  readonly start: string;
  readonly imports: readonly number[];
  readonly sold: readonly number[];
  readonly certificates: number;
  readonly totalYuan: number;
  /** Share of certificates on which another importer stands. */
  readonly otherHeadings: number;
  /** Sales over certificates. */
  readonly outOverIn: number;
  /** Share of sales that are the imported goods after all. */
  readonly relatedShare: number;
}

function drawGraft(script: Script, claimants: readonly Claimant[]): Graft {
  const { random, stage } = script;
  const care = drawCare(random);
  const days = Math.min(30 * (stage.options.months - 1), random.int(75, 280));
  const appetite = claimants.reduce((sum, claimant) => sum + claimant.appetiteYuan, 0);
  const imports = goodsOf(...random.sample(random.chance(0.75) ? FARM_IMPORTS : OTHER_IMPORTS, random.int(1, 3)));
  const isForeign = (good: number): boolean => imports.every((other) => codeOf(other, 3) !== codeOf(good, 3));
  const foreign = GOODS.map((_, at) => at).filter((good) => isGoods(good) && isForeign(good));
  const wanted = paperGoods(script, claimants, 0.3).filter(isForeign);
  return {
    care, days, start: drawStart(stage, random, days), imports, sold: wanted.length > 0 ? wanted : random.sample(foreign, random.int(1, 3)),
    certificates: random.int(4, 26),
    totalYuan: roundYuan(appetite / random.between(0.35, 0.9)), otherHeadings: random.chance(0.5) ? drawShare(random, 0.15, 1) : 0,
    outOverIn: drawShare(random, 0.93, 1.06),
    relatedShare: drawShare(random, 0, byCare(care, 0.05, 0.2, 0.4)),
  };
}

/** Certificates of the first days, and paper sales that follow them by up to two months. */
function writeTrade(script: Script, graft: Graft, importer: Firm, claimants: readonly Claimant[]): void {
  const { random, stage } = script;
  const buyers = Array.from({ length: random.int(3, 20) }, () => outsideParty(stage, random));
  for (const amountYuan of splitSum(random, graft.totalYuan, graft.certificates)) {
    const after = random.int(0, Math.max(0, graft.days - 20));
    const good = random.pick(graft.imports);
    const importedBy = random.chance(graft.otherHeadings) ? outsideSellerOf(stage, random, good) : importer.firm;
    script.order({ seller: importedBy, buyer: importer.firm, day: addDays(graft.start, after), amountYuan, good, isPaper: true, kind: 'customs' });
    for (const part of splitSum(random, amountYuan * graft.outOverIn, random.int(1, 5))) {
      const day = addDays(graft.start, Math.min(graft.days - 1, after + random.int(2, 60)));
      const isRelated = random.chance(graft.relatedShare);
      const claimant = isRelated ? undefined : nextClaimant(random, claimants, 0.8, part);
      script.order({
        seller: importer.firm, buyer: claimant?.firm ?? random.pick(buyers), day, amountYuan: part, good: isRelated ? good : random.pick(graft.sold),
        isPaper: true, kind: 'special',
      });
    }
  }
}

/** Returns how many firms it made cheat; 0 where the cast was too small. */
export function customsGraft(script: Script, room: number): number {
  const { random, stage } = script;
  const claimants = recruitClaimants(script, room >= 4 && random.chance(0.4) ? random.int(2, 3) : 1, [0.8, 6]);
  const importers = script.recruitForNewLife(room >= 6 && random.chance(0.35) ? random.int(2, 3) : 1, isSmallTrader, isSmallCompany);
  if (importers.length === 0 || claimants.length === 0) return script.giveUp();
  const graft = drawGraft(script, claimants);
  const front = random.chance(byCare(graft.care, 0.1, 0.4, 0.7)) ? { monthlySales: roundYuan(random.between(50_000, 300_000)) } : {};
  const share = { ...graft, totalYuan: graft.totalYuan / importers.length, certificates: Math.max(2, Math.round(graft.certificates / importers.length)) };
  const months = { fromYm: monthOf(graft.start), toYm: monthOf(addDays(graft.start, graft.days - 1)) };
  for (const importer of importers) {
    becomeShell(script, importer, {
      registeredOn: addDays(graft.start, -random.int(40, 1500)), vatStatus: 'general', industry: random.pick(['F5112', 'F5122', 'F5175', 'F5169']),
      goods: graft.sold, ...front,
    });
    keepHouse(script, importer, graft.start, addDays(graft.start, graft.days - 1), byCare(graft.care, 0.3, 0.6, 0.9));
    script.label(importer, 'issuer', months);
  }
  const hands = drawHands(script, importers.length, 0, 3);
  dealHands(script, importers, hands);
  for (const importer of importers) writeTrade(script, share, importer, claimants);
  settleClaimants(script, claimants, { ...months, toYm: Math.min(stage.lastYm, months.toYm + 1) });
  script.ring({
    care: graft.care, importers: importers.length, claimants: claimants.length, days: graft.days, certificates: share.certificates, totalYuan: graft.totalYuan,
    otherHeadings: graft.otherHeadings, outOverIn: graft.outOverIn,
    relatedShare: graft.relatedShare, hasFront: front.monthlySales !== undefined, imports: graft.imports.map((good) => GOODS[good]?.key ?? ''),
    sold: graft.sold.map((good) => GOODS[good]?.key ?? ''), hands: handsParameter(hands),
  });
  return importers.length + claimants.length;
}
