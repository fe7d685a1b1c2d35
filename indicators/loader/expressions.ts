import type { Branch, Indicator, IndicatorYaml } from './schema.ts';

/** One expression of the YAML: where it stands, its text and what it must give. */
export interface Expression {
  readonly path: readonly (string | number)[];
  readonly sql: string;
  readonly gives: 'boolean' | 'number';
}

/** Every SQL expression of an indicator's branches. */
export function expressionsOf(yaml: IndicatorYaml): readonly Expression[] {
  return yaml.branches.flatMap((branch, index) => branchExpressions(branch, ['branches', index]));
}

function branchExpressions(branch: Branch, path: readonly (string | number)[]): Expression[] {
  const found: Expression[] = [{ path: [...path, 'when'], sql: branch.when, gives: 'boolean' }];
  const add = (key: string, sql: string | undefined, gives: 'boolean' | 'number' = 'number', parent = path): void => {
    if (sql !== undefined) found.push({ path: [...parent, key], sql, gives });
  };
  add('threshold', branch.threshold);
  add('value', branch.value);
  add('amount', branch.amount);
  add('stake', branch.stake);
  add('red_trigger', branch.red_trigger, 'boolean');
  const intensity = branch.intensity ?? {};
  for (const key of ['higher_is_worse', 'lower_is_worse', 'sql', 'threshold', 'at_most'] as const) {
    add(key, intensity[key], 'number', [...path, 'intensity']);
  }
  return found;
}

/**
 * SQL of a branch's intensity, 0 to 1, before rounding to six decimals.
 * higher is worse: clip((x − thr)/(2·thr), 0.3, 1); lower is worse: clip((thr − x)/abs(thr), 0.3, 1); T1 and T2: 1.
 * A quotient that cannot be computed gives the least intensity of a hit, 0.3.
 */
export function intensitySql(branch: Branch): string {
  if (branch.outcome === 'watch') return '0';
  const rule = branch.intensity ?? { fixed: 1 };
  const capped = (sql: string): string => (rule.at_most === undefined ? sql : `least(${sql}, cast((${rule.at_most}) as double))`);
  if (rule.fixed !== undefined) return capped(`cast(${rule.fixed} as double)`);
  if (rule.sql !== undefined) return capped(`greatest(0e0, least(1e0, coalesce(${finite(rule.sql)}, 0.3e0)))`);
  const threshold = `cast((${rule.threshold ?? branch.threshold ?? 'null'}) as double)`;
  const excess =
    rule.higher_is_worse !== undefined
      ? `(cast((${rule.higher_is_worse}) as double) - ${threshold}) / nullif(2 * ${threshold}, 0)`
      : `(${threshold} - cast((${rule.lower_is_worse ?? 'null'}) as double)) / nullif(abs(${threshold}), 0)`;
  return capped(`greatest(0.3e0, least(1e0, coalesce(${finite(excess)}, 0.3e0)))`);
}

/** DOUBLE of an expression, with NaN and infinity as NULL: one infinity would spoil every peer mean and threshold. */
export function finite(sql: string): string {
  return `case when abs(cast((${sql}) as double)) < 1e300 then cast((${sql}) as double) end`;
}

/** Yuan of an expression; NULL outside the range of DECIMAL(18,2). */
export function yuan(sql: string | undefined): string {
  if (sql === undefined) return 'cast(null as decimal(18,2))';
  return `case when abs(cast((${sql}) as double)) < 1e16 then cast((${sql}) as decimal(18,2)) end`;
}

/** The peer measure a branch leans on: the first whose columns its expressions name. */
export function peerMeasureOf(indicator: Indicator, branch: Branch): string | undefined {
  const text = [branch.when, branch.threshold, branch.value, branch.intensity?.sql].join(' ');
  return indicator.peers?.find((peer) => text.includes(`peer_${peer.measure}_`))?.measure;
}
