import type { Config } from '../config/schema.ts';
import type { Contract } from '../contract/contract.ts';
import type { Engine } from '../engine/engine.ts';
import type { Indicator } from '../../indicators/loader/schema.ts';
import type { RunRequest, StepRecord } from './journal.ts';

/** What every step of a run can see. */
export interface RunContext {
  readonly request: RunRequest;
  readonly outDirectory: string;
  readonly runDirectory: string;
  readonly contract: Contract;
  readonly indicators: readonly Indicator[];
  readonly config: Config;
  readonly clock: () => Date;
  readonly signal: AbortSignal;
  /** The steps done so far, with what they told. */
  readonly steps: readonly StepRecord[];
  /** Tells what the step is busy with. */
  readonly tell: (what: string) => void;
}

export interface Step {
  readonly name: string;
  /** Analysts' SQL runs without file access. */
  readonly fenced?: boolean;
  /** Does the work; what it returns is journalled and goes into the manifest. Running it twice gives the same tables. */
  run(engine: Engine, context: RunContext): Promise<Readonly<Record<string, unknown>>>;
}
