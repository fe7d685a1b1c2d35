import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromLowest, loopsOf, openRingLog, type RingRules } from '../../support/rings/ring-log-world.ts';
import { bankRings, realisedLoop, RING_LOG_FILES, ringLogPath, simulatedAlerts, type RingLog, type Transfer } from '../../support/rings/ring-logs.ts';

const PRESENT = RING_LOG_FILES.every((name) => existsSync(ringLogPath(name)));
/** As wide as the labelled bank loops need: the one that loses most keeps 0.69 of its largest hop and has hops under 10,000 yuan. */
const WIDE = { hop_minimum_yuan: 0, conserved_share: 0.65 };
const SHIPPED = { hop_minimum_yuan: 10_000, conserved_share: 0.8 };

const withoutNoise = (log: RingLog): RingLog => ({ ...log, transfers: log.transfers.filter(({ ring }) => ring !== null) });
/** Labelled loops of three hops and more whose transfers the log holds. */
const labelled = (log: RingLog) => log.loops.flatMap((ring) => realisedLoop(log, ring) ?? []).filter(({ accounts }) => accounts.length >= 3);
const figure = (found: number, of: number): string => `${found} of ${of} (${(found / of).toFixed(3)})`;

/** What the rules say of a loop by itself, worked out from its transfers. */
function isWithin(transfers: readonly Transfer[], rules: Required<RingRules>): boolean {
  const yuan = transfers.map((transfer) => transfer.yuan);
  const turns = transfers.map((_, at) => [...transfers.slice(at), ...transfers.slice(0, at)]);
  return transfers.length <= rules.longest_hops && Math.min(...yuan) >= rules.hop_minimum_yuan && Math.min(...yuan) >= rules.conserved_share * Math.max(...yuan)
    && turns.some((turn) => turn.every(({ day }, at) => at === 0 || day >= (turn[at - 1]?.day ?? 0)));
}

/** Labelled loops found under these rules; those and no others that keep to the rules by themselves. */
async function foundAlone(log: RingLog, rules: Required<RingRules>): Promise<number> {
  const engine = await openRingLog(withoutNoise(log));
  const found = await loopsOf(engine, rules);
  await engine.close();
  const names = (loops: ReturnType<typeof labelled>): string[] => loops.map(({ accounts }) => fromLowest(accounts)).sort();
  const hits = labelled(log).filter(({ accounts }) => found.has(fromLowest(accounts)));
  expect(names(hits)).toEqual(names(labelled(log).filter(({ transfers }) => isWithin(transfers, rules))));
  return hits.length;
}

describe.skipIf(!PRESENT)('loops of third-party logs (skipped when the third-party data is absent)', () => {
  it('of bank transfers without noise are found, each that keeps to the limits', async () => {
    const log = bankRings();
    const all = labelled(log).length;
    const lines: string[] = [];
    for (const longest_hops of [12, 6]) {
      const [wide, shipped] = [await foundAlone(log, { longest_hops, ...WIDE }), await foundAlone(log, { longest_hops, ...SHIPPED })];
      lines.push(`bank rings alone, up to ${longest_hops} hops: ${figure(shipped, all)} at the limits shipped, ${figure(wide, all)} with hops from 0 yuan and 0.65 conserved`);
      if (longest_hops === 12) expect(wide / all, 'loops of 3 to 12 hops found').toBeGreaterThanOrEqual(0.95);
    }
    console.log(lines.join('\n'));
  });

  it('of simulated alerts without noise are found once neither order nor value is asked for: their transfers keep neither', async () => {
    const log = simulatedAlerts();
    const engine = await openRingLog(withoutNoise(log));
    const all = labelled(log);
    const lines = [`simulated alerts alone: ${all.length} of ${log.loops.length} labelled loops realised in the log`];
    for (const longest_hops of [12, 6]) {
      const anyhow = await loopsOf(engine, { longest_hops, conserved_share: 0 }, false);
      const found = all.filter(({ accounts }) => anyhow.has(fromLowest(accounts)));
      expect(found.length).toBe(all.filter(({ accounts }) => accounts.length <= longest_hops).length);
      lines.push(`  up to ${longest_hops} hops: ${figure(await foundAlone(log, { longest_hops, ...SHIPPED }), all.length)} at the limits shipped, ${figure(found.length, all.length)} without order and value`);
    }
    await engine.close();
    console.log(lines.join('\n'));
  });

  it('of simulated alerts inside their background: recall, and how many innocent loops are flagged', async () => {
    const log = simulatedAlerts();
    const engine = await openRingLog(log);
    const guilty = new Set(labelled(log).map(({ accounts }) => fromLowest(accounts)));
    const members = new Set(labelled(log).flatMap(({ accounts }) => accounts));
    const accounts = new Set(log.transfers.flatMap(({ from, to }) => [from, to]));
    const lines: string[] = [];
    for (const longest_hops of [12, 6]) {
      const flagged = await loopsOf(engine, { longest_hops });
      const innocent = [...flagged].filter((loop) => !guilty.has(loop));
      const parties = new Set(innocent.flatMap((loop) => loop.split('>')).filter((account) => !members.has(account)));
      lines.push(`simulated alerts in their background, up to ${longest_hops} hops: recall ${figure([...guilty].filter((loop) => flagged.has(loop)).length, guilty.size)} at the limits shipped; `
        + `${innocent.length} innocent loops flagged, ${innocent.filter((loop) => loop.split('>').length > 2).length} of them longer than two hops, on ${figure(parties.size, accounts.size - members.size)} innocent accounts`);
      if (longest_hops > 6) continue;
      // All loops there are, whatever their order and value: more than six hops would be hundreds of thousands.
      const any = [...await loopsOf(engine, { longest_hops, conserved_share: 0, hop_minimum_yuan: 0 }, false)].filter((loop) => !guilty.has(loop));
      expect(any).toEqual(expect.arrayContaining(innocent));
      lines.push(`  flag rate of innocent loops of up to 6 hops: ${figure(innocent.length, any.length)}`);
    }
    const anyhow = await loopsOf(engine, { longest_hops: 9, conserved_share: 0 }, false);
    expect([...guilty].filter((loop) => !anyhow.has(loop))).toEqual([]);
    lines.push(`  without order and value, up to 9 hops: recall ${figure([...guilty].filter((loop) => anyhow.has(loop)).length, guilty.size)}`);
    await engine.close();
    console.log(lines.join('\n'));
  });
});
