import type { Config } from '../config/schema.ts';
import type { Engine } from '../engine/engine.ts';
import { VatRiskError } from '../shared/errors.ts';

/**
 * The data-quality gate: stops before scoring when a table lost too large a part of its rows to quarantine, so that a broken
 * delivery never replaces a good snapshot. Throws QUALITY_GATE naming every table. Reads `ingest_quality`.
 */
export async function checkQuality(engine: Engine, settings: Config['quality']): Promise<void> {
  const tables = await engine.rows<{ table_name: string; delivered: number; quarantined: number }>(
    `select table_name,
       cast(sum(case when measure = 'delivered' then "count" else 0 end) as bigint) as delivered,
       cast(sum(case when measure = 'quarantined' then "count" else 0 end) as bigint) as quarantined
     from ingest_quality where subject = '' group by table_name order by table_name asc nulls last`,
  );
  const failed = tables.filter(
    ({ delivered, quarantined }) => delivered >= settings.min_rows && quarantined / delivered > settings.max_quarantined_share,
  );
  if (failed.length > 0) {
    throw new VatRiskError('QUALITY_GATE', 'Too many rows of the delivery were quarantined; nothing was published and the former snapshot stays. See "vatrisk check --input DIR".', {
      details: failed.map(({ table_name, delivered, quarantined }) => `${table_name}: ${quarantined} of ${delivered} rows quarantined, allowed ${settings.max_quarantined_share * 100} %`),
    });
  }
}
