import type { Engine } from '../../../pipeline/engine/engine.ts';
import { sqlText } from '../../../pipeline/engine/sql-text.ts';

export interface Finding {
  readonly taxpayer: number;
  readonly code: string;
  readonly subject?: number;
  readonly application?: string;
  readonly outcome?: 'hit' | 'clear';
  readonly isWatch?: boolean;
  readonly isPrimary?: boolean;
  readonly tier?: string;
  readonly intensity?: number;
  readonly scoring?: boolean;
  readonly ineligible?: boolean;
  readonly recompute?: boolean;
  readonly suspend?: boolean;
  readonly service?: boolean;
  readonly amount?: number;
  readonly stake?: number;
  readonly redTrigger?: boolean;
  readonly branch?: string;
}

export interface Subject {
  readonly taxpayer: number;
  readonly subject?: number;
  readonly application?: string;
  readonly open?: boolean;
  readonly recent?: boolean;
  readonly claimed?: number;
  readonly appliedOn?: string;
  readonly recomputed?: number;
  readonly status?: string;
  readonly states?: Readonly<Record<string, number>>;
}

export interface CatalogueRow {
  readonly code: string;
  readonly family: string;
  readonly group: string | null;
  readonly weight: number;
}

/** Builds by hand the tables that scoring reads, so that its rules can be tested without any indicator. */
export async function fillScoreInputs(engine: Engine, catalogue: readonly CatalogueRow[], subjects: readonly Subject[], findings: readonly Finding[]): Promise<void> {
  const row = (values: readonly (string | number | boolean | null | undefined)[]) =>
    `(${values.map((value) => (value === null || value === undefined ? 'null' : typeof value === 'string' ? sqlText(value) : String(value))).join(', ')})`;
  const table = async (name: string, columns: string, rows: readonly string[]) => {
    await engine.exec(`create or replace table ${name} (${columns})`);
    if (rows.length > 0) await engine.exec(`insert into ${name} values ${rows.join(', ')}`);
  };
  await table(
    'indicator_catalogue',
    'code varchar, family varchar, correlation_group varchar, weight integer, policy varchar',
    catalogue.map((one) => row([one.code, one.family, one.group, one.weight, 'retained_credit_refund'])),
  );
  const taxpayers = [...new Set(subjects.map(({ taxpayer }) => taxpayer))];
  await table(
    'feat_taxpayer',
    'taxpayer_key integer, district_code varchar, industry_code varchar, status_on_r varchar, registered_on date',
    taxpayers.map((key) => row([key, '530102', 'C1310', subjects.find(({ taxpayer }) => taxpayer === key)?.status ?? 'normal', '2015-01-01'])),
  );
  await table('taxpayers', 'taxpayer_key integer, taxpayer_id varchar', taxpayers.map((key) => row([key, `T${key}`])));
  await table(
    'feat_subject',
    `subject_no integer, taxpayer_key integer, application_id varchar, is_primary boolean, has_claim boolean, is_open_claim boolean,
     is_recent_claim boolean, claimed_amount_yuan decimal(18,2), rule_on date`,
    subjects.map((one) =>
      row([one.subject ?? one.taxpayer, one.taxpayer, one.application ?? '', true, one.application !== undefined, one.open ?? false, one.recent ?? false, one.claimed, '2026-07-08']),
    ),
  );
  await table(
    'indicator_outcome',
    `subject_no integer, taxpayer_key integer, application_id varchar, code varchar, outcome varchar, is_watch boolean, is_primary boolean,
     tier varchar, is_scoring boolean, has_ineligible boolean, has_recompute boolean, has_suspend boolean, has_service boolean,
     intensity decimal(9,6), amount_yuan decimal(18,2), stake_yuan decimal(18,2), red_trigger boolean, branch varchar`,
    findings.map((one) =>
      row([
        one.subject ?? one.taxpayer, one.taxpayer, one.application ?? '', one.code, one.outcome ?? 'hit', one.isWatch ?? false, one.isPrimary ?? true,
        one.tier ?? 'T3', one.scoring ?? true, one.ineligible ?? false, one.recompute ?? false, one.suspend ?? false, one.service ?? false,
        one.intensity ?? 1, one.amount ?? 0, one.stake ?? 0, one.redTrigger ?? false, one.branch ?? 'only',
      ]),
    ),
  );
  for (const { code } of catalogue) {
    await table(
      `matrix_${code.replace('-', '_')}`,
      'taxpayer_key integer, value double, state utinyint',
      taxpayers.map((key) => {
        const given = subjects.find(({ taxpayer }) => taxpayer === key)?.states?.[code];
        const hit = findings.some((one) => one.taxpayer === key && one.code === code && (one.outcome ?? 'hit') === 'hit');
        return row([key, 0, given ?? (hit ? 1 : 0)]);
      }),
    );
  }
  await table('feat_peer', 'subject_no integer, taxpayer_key integer, size_band varchar, is_eligible boolean, g1 varchar, g2 varchar, g3 varchar, g4 varchar, g5 varchar', []);
  await table('run_context', 'as_of date', [row(['2026-07-20'])]);
  await table('refund_applications', 'application_id varchar, taxpayer_key integer, claim_ym integer, claim_period varchar, applied_on date, claimed_amount decimal(18,2), claimed_credit decimal(18,2), claimed_ratio double, decision varchar',
    subjects.filter(({ application }) => application !== undefined).map((one) => row([one.application, one.taxpayer, 24317, '2026-06', one.appliedOn ?? '2026-07-08', one.claimed ?? 0, one.claimed ?? 0, 0.9, 'pending'])));
  await table('feat_claim_history', 'subject_no integer, rating_on_claim varchar, earlier_clean_claims integer, stable_supply_share double',
    subjects.filter(({ application }) => application !== undefined).map((one) => row([one.subject ?? one.taxpayer, 'A', 5, 0.8])));
  await table('feat_refund_amount', 'subject_no integer, refund_yuan decimal(18,2), credit_yuan decimal(18,2), ratio_used double',
    subjects.filter(({ recomputed }) => recomputed !== undefined).map((one) => row([one.subject ?? one.taxpayer, one.recomputed, one.claimed, 0.8])));
}
