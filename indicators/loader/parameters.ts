import { createHash } from 'node:crypto';
import { sqlText } from '../../pipeline/engine/sql-text.ts';
import { VatRiskError, nearest } from '../../pipeline/shared/errors.ts';
import type { IndicatorYaml, Overrides, Parameter, ParameterValue } from './schema.ts';

type DatedValue = Parameter['values'][number];

/** Faults in the dates and types of one parameter: values follow each other without gap or overlap, oldest first. */
export function parameterFaults(parameter: Parameter): readonly string[] {
  const faults: string[] = [];
  const expected = parameter.unit === 'text' ? 'string' : parameter.unit === 'flag' ? 'boolean' : 'number';
  parameter.values.forEach((entry, index) => {
    const next = parameter.values[index + 1];
    if (typeof entry.value !== expected) faults.push(`values.${index}: unit ${parameter.unit} needs a ${expected}, found a ${typeof entry.value}`);
    if ((entry.source === undefined) === (entry.calibration === undefined)) faults.push(`values.${index}: give either source or calibration`);
    if (entry.from === undefined && index > 0) faults.push(`values.${index}: only the first value may lack from`);
    for (const day of [entry.from, entry.to]) if (day !== undefined && !isDay(day)) faults.push(`values.${index}: ${day} is no day of the calendar`);
    if (entry.from !== undefined && entry.to !== undefined && entry.to < entry.from) faults.push(`values.${index}: to lies before from`);
    if (next?.from !== undefined) faults.push(...neighbourFaults(entry, next.from, index));
  });
  return faults;
}

function neighbourFaults(entry: DatedValue, nextFrom: string, index: number): string[] {
  if (entry.from !== undefined && nextFrom <= entry.from) return [`values.${index + 1}: from ${nextFrom} must lie after ${entry.from}`];
  if (entry.to === undefined) return [];
  const dayAfter = addDays(entry.to, 1);
  if (dayAfter === nextFrom) return [];
  const what = nextFrom > dayAfter ? 'a gap' : 'an overlap';
  return [`values.${index}: ${what} between to ${entry.to} and the next from ${nextFrom}; leave to out or write ${addDays(nextFrom, -1)}`];
}

/** The value of a parameter on a day, or undefined while none is in force. */
export function valueOn(parameter: Parameter, day: string): ParameterValue | undefined {
  const entry = parameter.values.findLast((dated) => dated.from === undefined || dated.from <= day);
  return entry === undefined || (entry.to !== undefined && entry.to < day) ? undefined : entry.value;
}

/** A parameter on one day: its value with where it comes from and how long it holds; null where nothing is to be said. */
export interface ParameterInForce {
  /** null while none is in force. */
  readonly value: ParameterValue | null;
  readonly source: string | null;
  readonly calibration: string | null;
  readonly from: string | null;
  readonly to: string | null;
  /** The configuration replaces the dated values on every day. */
  readonly overridden: boolean;
}

/** What holds of a parameter on a day, with the value of the configuration where it has one. */
export function parameterInForce(parameter: Parameter, day: string, override?: ParameterValue): ParameterInForce {
  const nothing = { value: null, source: null, calibration: null, from: null, to: null, overridden: false };
  if (override !== undefined) return { ...nothing, value: override, overridden: true };
  const value = valueOn(parameter, day);
  if (value === undefined) return nothing;
  const at = parameter.values.findLastIndex(({ from }) => from === undefined || from <= day);
  const entry = parameter.values[at];
  const next = parameter.values[at + 1]?.from;
  const to = entry?.to ?? (next === undefined ? null : addDays(next, -1));
  return { value, source: entry?.source ?? null, calibration: entry?.calibration ?? null, from: entry?.from ?? null, to, overridden: false };
}

/** Version of an indicator and a short hash of its dated parameters with the overrides of a run: equal means judged alike. */
export function parameterVersion({ code, version, parameters }: IndicatorYaml, overrides: Overrides): string {
  const inForce = JSON.stringify([parameters ?? {}, overrides[code] ?? {}]);
  return `${version}-${createHash('sha256').update(inForce).digest('hex').slice(0, 8)}`;
}

/** SELECT of the table `params`: one row per subject with the values in force on its rule_on. */
export function paramsSql(yaml: IndicatorYaml, overrides: Overrides = {}): string {
  const changed = overrides[yaml.code] ?? {};
  const columns = Object.entries(yaml.parameters ?? {}).map(([name, parameter]) => {
    const override = changed[name];
    const values = override === undefined ? parameter.values : [{ value: override }];
    return `,\n  ${parameterSql(parameter, values)} as ${name}`;
  });
  return `select s.subject_no${columns.join('')}\nfrom feat_subject as s`;
}

function parameterSql(parameter: Parameter, values: readonly Partial<DatedValue>[]): string {
  const type = parameterType(parameter);
  const arms = values.map((entry, index) => {
    const before = values[index + 1]?.from;
    const conditions = [
      ...(entry.from === undefined ? [] : [`s.rule_on >= date '${entry.from}'`]),
      ...(entry.to === undefined ? [] : [`s.rule_on <= date '${entry.to}'`]),
      ...(before === undefined ? [] : [`s.rule_on < date '${before}'`]),
    ];
    return `when ${conditions.length === 0 ? 'true' : conditions.join(' and ')} then cast(${valueSql(entry.value)} as ${type})`;
  });
  return `case ${arms.join(' ')} end`;
}

/** SQL type a parameter has in `params`. */
export function parameterType(parameter: Parameter): 'varchar' | 'boolean' | 'double' {
  return parameter.unit === 'text' ? 'varchar' : parameter.unit === 'flag' ? 'boolean' : 'double';
}

/** Throws CONFIG_INVALID for overrides of an unknown indicator or parameter, or of the wrong type; all at once. */
export function checkOverrides(indicators: readonly IndicatorYaml[], overrides: Overrides): void {
  const faults: string[] = [];
  for (const [code, values] of Object.entries(overrides)) {
    const indicator = indicators.find((candidate) => candidate.code === code);
    if (indicator === undefined) faults.push(`there is no indicator ${code}${hint(code, indicators.map((one) => one.code))}`);
    for (const [name, value] of Object.entries(indicator === undefined ? {} : values)) {
      const parameter = indicator?.parameters?.[name];
      const known = Object.keys(indicator?.parameters ?? {});
      if (parameter === undefined) faults.push(`${code} has no parameter ${name}${hint(name, known)}`);
      else if (typeof value !== typeof parameter.values[0]?.value) faults.push(`${code}.${name} needs a ${typeof parameter.values[0]?.value}, found a ${typeof value}`);
    }
  }
  if (faults.length > 0) throw new VatRiskError('CONFIG_INVALID', `Parameter overrides do not fit the catalogue: ${faults.join('; ')}`, { details: faults });
}

function hint(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

function valueSql(value: ParameterValue | undefined): string {
  return typeof value === 'string' ? sqlText(value) : String(value ?? 'null');
}

/** ISO day `days` later. */
export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
