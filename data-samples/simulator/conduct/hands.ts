/** Who acts for the firms of a script: straw men of their own, and what the hand behind them shares, with gaps. */
import { addDays } from '../calendar.ts';
import type { Firm } from './cast.ts';
import { drawShare, hexKey, ipAddress } from './draws.ts';
import { placeOf } from './lives.ts';
import type { KeyKind, Parameter } from './rows.ts';
import type { Script } from './script.ts';

export type HandKind = KeyKind | 'address';

const OWN_KINDS: readonly KeyKind[] = ['legal_representative', 'investor', 'finance_officer', 'filing_clerk', 'phone', 'device', 'ip'];
const SHAREABLE: readonly HandKind[] = ['phone', 'device', 'ip', 'address', 'filing_clerk', 'finance_officer', 'legal_representative', 'investor'];

export interface Hands {
  readonly kinds: readonly HandKind[];
  /** The firms fall into cells, each with values of its own. */
  readonly cells: number;
  /** Chance that a member uses a shared value of its cell; a few share nothing at all. */
  readonly coverage: number;
  readonly withoutAny: number;
}

/** How a hand works: which kinds it shares, among how many cells, how strictly. */
export function drawHands(script: Script, members: number, kindsFrom: number, kindsTo: number): Hands {
  const { random } = script;
  return {
    kinds: random.sample(SHAREABLE, random.int(kindsFrom, kindsTo)),
    cells: random.chance(0.55) ? 1 : random.int(1, Math.max(1, Math.min(4, Math.floor(members / 3)))),
    coverage: drawShare(random, 0.5, 1), withoutAny: drawShare(random, 0, 0.2),
  };
}

const newValue = (script: Script, kind: HandKind): string => (kind === 'ip' ? ipAddress(script.random) : hexKey(script.random));

function giveOwn(script: Script, firm: Firm): void {
  const person = hexKey(script.random);
  for (const kind of OWN_KINDS) {
    script.clearKeys(firm, kind);
    if (kind === 'finance_officer' && (firm.entityKind !== 'enterprise' || script.random.chance(0.2))) continue;
    const isPerson = kind === 'legal_representative' || kind === 'investor';
    script.key(firm, kind, isPerson && script.random.chance(0.85) ? person : newValue(script, kind));
  }
}

/** Replaces a firm's own value of a kind; a firm may have met the hand some time after it was registered. */
function giveShared(script: Script, firm: Firm, kind: HandKind, value: string, leader: Firm): void {
  if (kind === 'address') {
    script.change(firm, { addressKey: value, ...placeOf(leader) });
    return;
  }
  const { rows, random } = script;
  const at = rows.keys.findLastIndex((row) => row.firm === firm.firm && row.kind === kind);
  if (at >= 0) rows.keys.splice(at, 1);
  const later = addDays(firm.registeredOn, random.int(10, 60));
  if (random.chance(0.12) && later < script.stage.lastDay) {
    script.key(firm, kind, newValue(script, kind), firm.registeredOn, addDays(later, -1));
    script.key(firm, kind, value, later);
  } else {
    script.key(firm, kind, value);
  }
}

/** Gives every member keys: its own, and those of its cell. */
export function dealHands(script: Script, members: readonly Firm[], hands: Hands): void {
  if (members.length === 0) return;
  const cells = Array.from({ length: hands.cells }, () => ({
    leader: script.random.pick(members), shared: new Map(hands.kinds.map((kind) => [kind, newValue(script, kind)])),
  }));
  for (const firm of members) {
    giveOwn(script, firm);
    const cell = script.random.pick(cells);
    if (script.random.chance(hands.withoutAny)) continue;
    for (const [kind, value] of cell.shared) if (script.random.chance(hands.coverage)) giveShared(script, firm, kind, value, cell.leader);
  }
}

/** Lends one key of a member to a firm that keeps its own life otherwise, such as a claimant whose owner also runs the shells. */
export function lendKey(script: Script, from: Firm, to: Firm): string {
  const kinds = script.rows.keys.filter((row) => row.firm === from.firm && row.kind !== 'finance_officer' && row.to === null);
  if (kinds.length === 0) return 'none';
  const lent = script.random.pick(kinds);
  script.key(to, lent.kind, lent.value);
  return lent.kind;
}

export const handsParameter = (hands: Hands): Parameter => ({
  shared: [...hands.kinds].sort(), cells: hands.cells, coverage: hands.coverage, withoutAny: hands.withoutAny,
});
