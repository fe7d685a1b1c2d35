import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadIndicators } from '../../../indicators/loader/load.ts';
import type { Indicator } from '../../../indicators/loader/schema.ts';
import { FIXTURE } from './hand-made-features.ts';

interface Listed {
  readonly code: string;
  readonly family: string;
  readonly policy: string;
  readonly needs: readonly string[];
  readonly sharpens: readonly string[];
  readonly tier: readonly string[];
  readonly weight: number;
  readonly effect: string;
  readonly correlation_group: string | null;
}

const LIST = fileURLToPath(new URL('../../../../shared/spec/indicators.json', import.meta.url));

/** What an indicator says differently from the reference list. */
function disagreements(indicator: Indicator, listed: Listed): string[] {
  const hits = indicator.branches.filter((branch) => branch.outcome === 'hit');
  const same = (key: string, found: unknown, wanted: unknown): string[] => {
    const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
    return a === b ? [] : [`${indicator.code}: ${key}: found ${a}, the list says ${b}`];
  };
  return [
    ...same('family', indicator.family, listed.family),
    ...same('policy', indicator.policy, listed.policy),
    ...same('weight', indicator.weight, listed.weight),
    ...same('correlation_group', indicator.correlation_group, listed.correlation_group),
    ...same('needs', [...indicator.needs].sort(), [...listed.needs].sort()),
    ...same('sharpens', [...indicator.sharpens].sort(), [...listed.sharpens].sort()),
    ...same('tier', [...new Set(hits.map((branch) => branch.tier))].sort(), [...listed.tier].sort()),
    ...(hits.some((branch) => branch.effect === listed.effect) ? [] : [`${indicator.code}: no hit branch has the effect ${listed.effect}`]),
  ];
}

describe('the catalogue and the reference list', () => {
  it.skipIf(!existsSync(LIST))('agree on family, policy, weight, group, needs, tiers and effect (skipped when the list is absent)', () => {
    const listed = JSON.parse(readFileSync(LIST, 'utf8')) as readonly Listed[];
    const found = loadIndicators().flatMap((indicator) => {
      const entry = listed.find((one) => one.code === indicator.code);
      return entry === undefined ? [] : disagreements(indicator, entry);
    });
    expect(found).toEqual([]);
  });

  it('are compared key by key', () => {
    const indicator = loadIndicators(FIXTURE).find((one) => one.code === 'SS-90')!;
    const listed: Listed = { code: 'SS-90', family: 'ring', policy: 'deferral', needs: [], sharpens: ['events'], tier: ['T2'], weight: 1, effect: 'none', correlation_group: 'G1' };
    expect(disagreements(indicator, listed)).toHaveLength(8);
  });
});
