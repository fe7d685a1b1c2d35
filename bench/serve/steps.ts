import type { Load } from './load.ts';
import { measure, median, medians, type Measured } from './measure.ts';
import type { BenchServer } from './servers.ts';

/** One thing to be measured in every round. */
export interface Step {
  readonly name: string;
  readonly server: BenchServer;
  readonly load: Load;
}

/** Medians over the rounds, and against the floor of the same round. */
export interface StepFigures extends Measured {
  readonly name: string;
  readonly share_of_floor: number;
  /** The same by processor time of the answering thread. */
  readonly thread_share_of_floor: number;
}

/** Measures all steps after one another, as often as there are rounds; the first is the floor. A round before warms up and does not count. */
export async function measureSteps(steps: readonly Step[], rounds: number, seconds: number, folder: string): Promise<readonly StepFigures[]> {
  const taken = new Map<string, Measured[]>(steps.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const { name, server, load } of steps) {
      const figures = await measure(server, load, seconds, folder);
      if (round > 0) taken.get(name)?.push(figures);
    }
  }
  const floor = taken.get(steps[0]?.name ?? '') ?? [];
  return steps.map(({ name }) => {
    const own = taken.get(name) ?? [];
    return {
      name, ...medians(own),
      share_of_floor: median(own.map(({ per_second }, round) => per_second / (floor[round]?.per_second ?? Number.NaN))),
      thread_share_of_floor: median(own.map(({ thread_us }, round) => (floor[round]?.thread_us ?? Number.NaN) / thread_us)),
    };
  });
}
