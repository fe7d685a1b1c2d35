import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Selection } from '../../models/calibrate/population-weights.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql-text.ts';
import { NEGATIVE_WORDS, POSITIVE_WORDS } from '../evaluate/label-file.ts';
import { VatRiskError } from '../shared/errors.ts';

/** One reviewed taxpayer. */
export interface Outcome {
  readonly taxpayer_id: string;
  readonly isPositive: boolean;
  readonly ring: string | null;
  readonly selection: Selection;
  /** ISO day of the review, or null. */
  readonly reviewedOn: string | null;
}

export interface LabelFile {
  readonly sha256: string;
  readonly rows: number;
  readonly hasSelection: boolean;
  /** One for each taxpayer, by id; the newest review counts. */
  readonly outcomes: readonly Outcome[];
}

const POSITIVE: readonly string[] = POSITIVE_WORDS;
const NEGATIVE: readonly string[] = NEGATIVE_WORDS;
const OPTIONAL = ['ring_id', 'selection', 'reviewed_on'] as const;

interface LabelRow extends Readonly<Record<(typeof OPTIONAL)[number], string | null>> {
  readonly line: number;
  readonly taxpayer_id: string | null;
  readonly label: string | null;
}

/**
 * Reads outcomes of reviews: CSV in UTF-8 with `taxpayer_id,label` and, where known, `ring_id`, `selection` (`random`: drawn at random; anything else: chosen
 * for its grade) and `reviewed_on` (ISO day). Other columns are left alone. Throws LABELS_INVALID with every faulty line, never with what it says.
 */
export async function readOutcomes(engine: Engine, file: string): Promise<LabelFile> {
  const sha256 = createHash('sha256').update(bytesOf(file)).digest('hex');
  const source = `read_csv(${sqlText(file)}, header = true, all_varchar = true, delim = ',')`;
  const columns = new Set((await described(engine, source, file)).map((name) => name.trim().toLowerCase()));
  const missing = ['taxpayer_id', 'label'].filter((name) => !columns.has(name));
  if (missing.length > 0) throw new VatRiskError('LABELS_INVALID', `${file} has no column ${missing.join(', ')}; expected taxpayer_id,label[,ring_id][,selection][,reviewed_on].`);
  const optional = OPTIONAL.map((name) => (columns.has(name) ? `nullif(trim(${name}), '') as ${name}` : `cast(null as varchar) as ${name}`));
  const rows = await engine.rows<LabelRow>(`select row_number() over () + 1 as line, upper(nullif(trim(taxpayer_id), '')) as taxpayer_id, lower(trim(label)) as label, ${optional.join(', ')} from ${source}`);
  refuse(file, rows.flatMap(faultOf));
  return { sha256, rows: rows.length, hasSelection: columns.has('selection'), outcomes: newest(rows, columns.has('selection'), file) };
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new VatRiskError('LABELS_INVALID', `The labels ${file} cannot be read; name an existing CSV file.`, { cause });
  }
}

async function described(engine: Engine, source: string, file: string): Promise<string[]> {
  try {
    return (await engine.describe(`select * from ${source}`)).map(({ name }) => name);
  } catch (cause) {
    throw new VatRiskError('LABELS_INVALID', `${file} is no CSV file in UTF-8 with a header; expected taxpayer_id,label[,ring_id][,selection][,reviewed_on].`, { cause });
  }
}

function faultOf({ line, taxpayer_id, label, reviewed_on }: LabelRow): string[] {
  return [
    ...(taxpayer_id === null ? [`line ${line}: no taxpayer_id`] : []),
    ...([...POSITIVE, ...NEGATIVE].includes(label ?? '') ? [] : [`line ${line}: label is none of ${[...POSITIVE, ...NEGATIVE].join(', ')}`]),
    ...(reviewed_on === null || isDay(reviewed_on) ? [] : [`line ${line}: reviewed_on is no day as YYYY-MM-DD`]),
  ];
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/u.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function refuse(file: string, faults: readonly string[]): void {
  if (faults.length > 0) throw new VatRiskError('LABELS_INVALID', `${file} holds ${faults.length} lines that cannot be used; correct them.`, { details: faults });
}

/** The newest review of each taxpayer. One that was ever chosen counts as chosen: it was sure to be reviewed. */
function newest(rows: readonly LabelRow[], hasSelection: boolean, file: string): Outcome[] {
  const byTaxpayer = new Map<string, LabelRow[]>();
  for (const row of rows) byTaxpayer.set(row.taxpayer_id ?? '', [...(byTaxpayer.get(row.taxpayer_id ?? '') ?? []), row]);
  const faults: string[] = [];
  const outcomes = [...byTaxpayer].map(([taxpayerId, reviews]): Outcome => {
    const lastDay = reviews.map(({ reviewed_on }) => reviewed_on ?? '').sort().at(-1) ?? '';
    const last = reviews.filter(({ reviewed_on }) => (reviewed_on ?? '') === lastDay);
    const verdicts = new Set(last.map(({ label }) => POSITIVE.includes(label ?? '')));
    if (verdicts.size > 1) faults.push(`lines ${last.map(({ line }) => line).join(', ')}: one taxpayer with contradicting labels of one day`);
    const isRandom = reviews.every(({ selection }) => selection?.toLowerCase() === 'random');
    return {
      taxpayer_id: taxpayerId,
      isPositive: verdicts.has(true),
      ring: last[0]?.ring_id ?? null,
      selection: !hasSelection ? 'unknown' : isRandom ? 'random' : 'chosen',
      reviewedOn: lastDay === '' ? null : lastDay,
    };
  });
  refuse(file, faults);
  return outcomes.sort((a, b) => (a.taxpayer_id < b.taxpayer_id ? -1 : 1));
}
