import type { PlainSubject, PlainWorld } from '../plain-world.ts';
import { CLAIMS } from './claims.ts';
import { CONTROL } from './control.ts';
import { CREDIT } from './credit.ts';
import { DEFERRAL } from './deferral.ts';
import { FIRST_SIXTEEN } from './first-sixteen.ts';
import { GOODS } from './goods.ts';
import { IDENTITY } from './identity.ts';
import { INPUT } from './input.ts';
import { ISSUING } from './issuing.ts';
import { LANES } from './lanes.ts';
import { LOOPS } from './loops.ts';
import { PEERS } from './peers.ts';
import { PRICES } from './prices.ts';
import { RELIEF } from './relief.ts';
import { SALES } from './sales.ts';
import { SHELLS } from './shells.ts';
import { SMALL } from './small.ts';
import { SPLITS } from './splits.ts';
import { STOCK } from './stock.ts';

/** The value of an indicator for a subject, in the unit of its YAML and by the branch that hit, written from the catalogue's words, not from its SQL. */
export type Formula = (world: PlainWorld, subject: PlainSubject, branch: string) => number | null;

export const FORMULAS: Readonly<Record<string, Formula>> = {
  ...FIRST_SIXTEEN, ...INPUT, ...SALES, ...CREDIT, ...SMALL, ...RELIEF, ...LANES, ...IDENTITY, ...DEFERRAL, ...STOCK, ...LOOPS, ...CONTROL, ...CLAIMS, ...ISSUING,
  ...PEERS, ...SHELLS, ...SPLITS, ...PRICES, ...GOODS,
};
