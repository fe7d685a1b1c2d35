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

/**
 * Tables the list names and the indicator does without. VR-20: tax on long-term assets is read line by line, not from the balance sheet.
 * SS-08: its trait of a shared key is one of devices, networks and addresses; persons are none of them.
 */
const NOT_READ = ['VR-20 balance_sheets', 'SS-08 persons'];

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
    // More may be read than the list names (who is small-scale, whether invoices span the period): catalogue.test.ts holds that it is read.
    ...same('sharpens', listed.sharpens.filter((table) => !indicator.sharpens.includes(table) && !NOT_READ.includes(`${indicator.code} ${table}`)), []),
    // A listed tier may be that of a watch; a hit has none that is not listed.
    ...same('tier', [...new Set(hits.map((branch) => branch.tier).concat(indicator.branches.flatMap(({ tier }) => (listed.tier.includes(tier) ? [tier] : []))))].sort(), [...listed.tier].sort()),
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
