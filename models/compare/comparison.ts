/** Why a grade moved. delivery: the taxpayer entered or left. */
export const CAUSES = ['data', 'threshold', 'peers', 'code', 'delivery'] as const;
export type Cause = (typeof CAUSES)[number];

/** One field of a migration matrix. `absent` stands for a side that does not know the taxpayer. Money in yuan. */
export interface Migration {
  readonly former: string;
  readonly latter: string;
  readonly taxpayers: number;
  readonly former_amount_yuan: number;
  readonly latter_amount_yuan: number;
}

/** A migration matrix of one region (four digits) or industry (section letter or division). */
export interface PlaceMigration extends Migration {
  readonly place: string;
}

export interface ClaimMigration {
  readonly former: string;
  readonly latter: string;
  readonly claims: number;
  readonly former_claimed_yuan: number;
  readonly latter_claimed_yuan: number;
}

/** One indicator behind a move, with its figures on both sides. */
export interface MovedIndicator {
  readonly code: string;
  readonly former_state: number | null;
  readonly latter_state: number | null;
  readonly former_value: number | null;
  readonly latter_value: number | null;
  readonly former_threshold: number | null;
  readonly latter_threshold: number | null;
  readonly former_peer_group: string | null;
  readonly latter_peer_group: string | null;
  readonly former_peer_count: number | null;
  readonly latter_peer_count: number | null;
  readonly former_points: number;
  readonly latter_points: number;
  /** Every cause that cannot be ruled out; empty for an indicator that is as before and only carried along. */
  readonly causes: readonly Cause[];
  readonly is_certain: boolean;
  /** Its own outcome is as before: its points follow from the other hits of its group or family. */
  readonly is_carried: boolean;
}

/** A taxpayer whose level or colour changed, or that entered or left. */
export interface Moved {
  readonly taxpayer_id: string;
  readonly taxpayer_name: string | null;
  readonly former_level: string;
  readonly latter_level: string;
  readonly former_color: string;
  readonly latter_color: string;
  readonly former_score: number | null;
  readonly latter_score: number | null;
  readonly former_amount_yuan: number;
  readonly latter_amount_yuan: number;
  /** The cause that carried most of the change. */
  readonly cause: Cause;
  /** Every cause that had a part or cannot be ruled out. */
  readonly causes: readonly Cause[];
  /** Each change has exactly one possible cause. */
  readonly is_certain: boolean;
  /** Largest change first. */
  readonly indicators: readonly MovedIndicator[];
}

/** How many taxpayers moved for a cause, how many of them surely. */
export interface CauseCount {
  readonly cause: Cause;
  readonly taxpayers: number;
  readonly certain: number;
  readonly latter_amount_yuan: number;
}

/** What differs between two snapshots. */
export interface Comparison {
  readonly former: { readonly run_id: string; readonly as_of: string };
  readonly latter: { readonly run_id: string; readonly as_of: string };
  /** What the manifests say: a cause that is false here is ruled out for all. */
  readonly possible: { readonly data: boolean; readonly rules: boolean; readonly program: boolean; readonly parameters: readonly string[]; readonly weights: readonly string[]; readonly code: readonly string[] };
  readonly levels: readonly Migration[];
  readonly colors: readonly Migration[];
  readonly regions: readonly PlaceMigration[];
  readonly industries: readonly PlaceMigration[];
  readonly lanes: readonly ClaimMigration[];
  readonly claim_levels: readonly ClaimMigration[];
  /** Of all moved taxpayers, also those that `moved` leaves out. */
  readonly causes: readonly CauseCount[];
  readonly moved_total: number;
  /** Those that rose most first; `limit` of them at most. */
  readonly moved: readonly Moved[];
}
