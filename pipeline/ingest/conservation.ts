import type { Engine } from '../engine/engine.ts';
import { VatRiskError } from '../shared/errors.ts';

interface Account {
  readonly name: string;
  readonly delivered: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly quarantined: number;
}

/**
 * Rows delivered = accepted + duplicates + quarantined, for every file and every table. Delivered rows were counted apart, at byte level or in the Parquet
 * footer. Throws CONSERVATION_BROKEN naming every file and table whose equation fails.
 */
export async function checkConservation(engine: Engine): Promise<void> {
  const perFile = await accounts(engine, 'f.path', 'q.file_no, f.path');
  const perTable = await accounts(engine, 'q.table_name', 'q.table_name');
  const broken = [...perFile, ...perTable].filter((account) => account.delivered !== account.accepted + account.duplicates + account.quarantined);
  if (broken.length === 0) return;
  throw new VatRiskError(
    'CONSERVATION_BROKEN',
    'Rows went missing or were counted twice. Expected delivered = accepted + duplicates + quarantined; nothing is scored. Keep the delivery and report the fault.',
    { details: broken.map((a) => `${a.name}: delivered ${a.delivered}, accepted ${a.accepted} + duplicates ${a.duplicates} + quarantined ${a.quarantined}`) },
  );
}

function accounts(engine: Engine, name: string, group: string): Promise<Account[]> {
  const sum = (measure: string): string => `coalesce(sum(q.count) filter (where q.measure = '${measure}'), 0) as ${measure}`;
  return engine.rows<Account>(`
    select ${name} as name, ${['delivered', 'accepted', 'duplicates', 'quarantined'].map(sum).join(', ')}
    from main.ingest_quality as q join stage.ingest_files as f on f.file_no = q.file_no
    where f.table_name <> ''
    group by ${group}
    order by name asc nulls last`);
}
