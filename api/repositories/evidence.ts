import { evidenceQuery } from '../../pipeline/explain/read-evidence.ts';
import { maskCell } from '../../pipeline/shared/mask.ts';
import type { RegionScope } from '../../pipeline/shared/region-scope.ts';
import type { CatalogueEntry } from '../../pipeline/snapshot/catalogue.ts';
import { Problem } from '../problems/problem.ts';
import type { ServedSnapshot } from '../serving/served-snapshot.ts';
import { TaxpayerRepository } from './taxpayers.ts';

type EvidenceRow = Readonly<Record<string, unknown>>;

export interface EvidenceRows {
  readonly rows: readonly EvidenceRow[];
  /** Taxpayers outside the regions whose identifiers and names were withheld. */
  readonly outside: number;
  readonly sql: string;
}

const PARTY = /_(?:id|name)$/u;

/** Rows behind the indicators of one snapshot. */
export class EvidenceRepository {
  readonly #snapshot: ServedSnapshot;

  constructor(snapshot: ServedSnapshot) {
    this.#snapshot = snapshot;
  }

  /**
   * Rows behind one indicator of one taxpayer, by the query of the night. Whom it traded with is named wherever they are: they
   * stand on its invoices. Others, such as further members of a ring, are not named when they lie outside the regions. Throws not-found.
   */
  async rows(scope: RegionScope, taxpayerId: string, entry: CatalogueEntry, isMasked: boolean): Promise<EvidenceRows> {
    new TaxpayerRepository(this.#snapshot).row(scope, taxpayerId);
    const { pool } = this.#snapshot;
    const [found] = await pool.rows<{ taxpayer_key: number }>('select taxpayer_key from taxpayers where taxpayer_id = $1', [taxpayerId]);
    // A finding about the office itself is for internal supervision: its rows leave by no route, like the finding.
    const [internal] = await pool.rows('select code from indicator_results where taxpayer_id = $1 and code = $2 and supervision limit 1', [taxpayerId, entry.code]);
    if (found === undefined || internal !== undefined) throw new Problem('not-found');
    const sql = evidenceQuery(entry, found.taxpayer_key);
    const rows = await pool.rows<EvidenceRow>(sql);
    const withheld = await this.#withheld(scope, found.taxpayer_key, new Set(rows.flatMap(identifiersOf)));
    return { rows: rows.map((row) => shownRow(row, withheld, isMasked)), outside: withheld.size, sql };
  }

  /** Which of these identifiers the caller is not to see. */
  async #withheld(scope: RegionScope, taxpayerKey: number, ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const { grades, pool, manifest } = this.#snapshot;
    const outside = [...ids].filter((id) => {
      const row = grades.find(id);
      return row >= 0 && !scope.covers(grades.district(row));
    });
    if (outside.length === 0 || !manifest.outputs.some(({ file }) => file === 'evidence/feat_pair.parquet')) return new Set(outside);
    const partners = await pool.rows<{ taxpayer_id: string }>(
      `select distinct t.taxpayer_id from feat_pair as p join taxpayers as t on t.taxpayer_key = case when p.seller_key = $1 then p.buyer_key else p.seller_key end
       where p.seller_key = $1 or p.buyer_key = $1 order by t.taxpayer_id asc nulls last`, [taxpayerKey],
    );
    const known = new Set(partners.map(({ taxpayer_id }) => taxpayer_id));
    return new Set(outside.filter((id) => !known.has(id)));
  }
}

function identifiersOf(row: EvidenceRow): string[] {
  return Object.entries(row).flatMap(([column, value]) => (column.endsWith('_id') && typeof value === 'string' ? [value] : []));
}

/** A row as the caller may see it: who is withheld loses identifier and name; names and persons are masked. */
function shownRow(row: EvidenceRow, withheld: ReadonlySet<string>, isMasked: boolean): EvidenceRow {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => {
    const id = row[column.replace(PARTY, '_id')];
    if (PARTY.test(column) && typeof id === 'string' && withheld.has(id)) return [column, null];
    return [column, isMasked ? maskCell(column, value) : value];
  }));
}
