import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VatRiskError } from '../../pipeline/shared/errors.ts';
import { packagePath } from '../../pipeline/shared/package-root.ts';
import { POLICY_FOLDERS, type IndicatorYaml } from './schema.ts';

export interface NewIndicator {
  /** For example VR-43. */
  readonly code: string;
  /** Lower-case words joined by hyphens. */
  readonly slug: string;
  /** Default by the code's letters: VR, DF, LT, SS. */
  readonly policy?: IndicatorYaml['policy'];
  /** Codes that are taken. */
  readonly taken: readonly string[];
}

const POLICY_OF_LETTERS: Readonly<Record<string, IndicatorYaml['policy']>> = {
  VR: 'retained_credit_refund',
  DF: 'deferral',
  LT: 'six_taxes_two_fees',
  SS: 'small_scale_exemption',
};

/**
 * Writes the three files of a new draft, which loads and has one case that fails. Returns their paths.
 * Throws USAGE for a code that is malformed or taken, or a malformed slug.
 */
export function scaffoldIndicator(wish: NewIndicator, folder: string = packagePath('indicators')): readonly string[] {
  const policy = wish.policy ?? POLICY_OF_LETTERS[wish.code.slice(0, 2)];
  const faults = [
    ...(/^[A-Z]{2}-\d{2}$/u.test(wish.code) ? [] : [`the code ${wish.code} is not two capitals, a hyphen and two digits, e.g. VR-43`]),
    ...(wish.taken.includes(wish.code) ? [`the code ${wish.code} is taken`] : []),
    ...(/^[a-z0-9]+(-[a-z0-9]+)*$/u.test(wish.slug) ? [] : [`the slug ${wish.slug} is not lower-case words joined by hyphens`]),
    ...(policy === undefined ? [`the letters of ${wish.code} name no policy; give one of ${Object.keys(POLICY_FOLDERS).join(', ')}`] : []),
  ];
  if (policy === undefined || faults.length > 0) throw new VatRiskError('USAGE', `No indicator was written: ${faults.join('; ')}`, { details: faults });
  const target = join(folder, POLICY_FOLDERS[policy]);
  const texts: readonly (readonly [string, string])[] = [
    ['.yaml', yamlText(wish.code, policy)],
    ['.sql', SQL_TEXT],
    ['.evidence.sql', EVIDENCE_TEXT],
  ];
  const files = texts.map(([ending, text]) => ({ path: join(target, `${wish.code}-${wish.slug}${ending}`), text }));
  const present = files.filter((file) => existsSync(file.path)).map((file) => file.path);
  if (present.length > 0) throw new VatRiskError('USAGE', `No indicator was written: files of that name exist`, { details: present });
  mkdirSync(target, { recursive: true });
  for (const file of files) writeFileSync(file.path, file.text);
  return files.map((file) => file.path);
}

const SQL_TEXT = `-- One row for every subject. Replace the value: it counts the returns of the window of twelve months.
with returns as (
  select s.subject_no, count(*) as return_count
  from feat_subject as s
  join feat_return_month as r on r.taxpayer_key = s.taxpayer_key and r.ym between s.p_ym - 11 and s.p_ym
  group by s.subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case when r.return_count is null then 'N_NO_ROWS' end as string) as not_assessed,
  cast(r.return_count as bigint) as return_count
from feat_subject as s
left join returns as r on r.subject_no = s.subject_no
`;

const EVIDENCE_TEXT = `-- The rows behind the value, newest first.
select
  cast(a.subject_no as integer) as subject_no,
  cast(row_number() over (partition by a.subject_no order by r.ym desc nulls last) as integer) as evidence_rank,
  cast(r.ym as integer) as month_ym
from asked as a
join feat_return_month as r on r.taxpayer_key = a.taxpayer_key and r.ym between a.p_ym - 11 and a.p_ym
`;

function yamlText(code: string, policy: IndicatorYaml['policy']): string {
  return `code: ${code}
version: 1
status: draft                      # active once its cases pass
name: { zh: 新指标, en: New indicator }
question: { zh: 要回答的问题？, en: The question it answers? }
policy: ${policy}
family: false_declaration          # eligibility inflated_input hidden_sales false_declaration false_invoicing ring administration
correlation_group: null
weight: 3                          # 1 to 5
grain: taxpayer                    # subject | taxpayer
applies_to: general                # general | small | any
needs: [vat_returns]
sharpens: []
reads: [feat_return_month, feat_subject]
value:
  column: return_count
  unit: count                      # ratio times yuan count days months score
  meaning: { zh: 窗口内申报表份数, en: returns in the window }
parameters:
  return_count_minimum:
    meaning: { zh: 份数下限, en: least number of returns }
    unit: count
    tier: T3                       # T1 statutory, T2 reconciliation, T3 practice, T4 statistics
    values: [{ value: 100, calibration: to be set }]
branches:
  - name: main
    outcome: hit                   # hit | watch
    when: return_count >= return_count_minimum
    tier: T3
    effect: none                   # none suspend ineligible recompute service
    threshold: return_count_minimum
    intensity: { higher_is_worse: return_count }
    reason:
      zh: "窗口内有{return_count:count}份申报表"
      en: "{return_count:count} returns in the window"
evidence:
  order: { zh: 由近及远, en: newest first }
  columns:
    month_ym: { zh: 所属期序号, en: Month index }
investigate: { zh: [怎样核查], en: [how to check] }
innocent: { zh: [哪些情形是正常的], en: [what is innocent] }
legal_basis: []
source: to be written
coverage: { six_watch: 经营情况, six_guard: 申报缴纳 }
cases:
  - name: { zh: 改成真实的案例, en: turn this into a real case }
    kind: hit
    as_of: 2026-07-20
    given:
      taxpayers: [{ taxpayer_id: T1, vat_status: general, registered_on: 2015-01-01 }]
      vat_returns: [{ taxpayer_id: T1, period: 2025-07..2026-06 }]
    expect:
      T1: { outcome: hit, branch: main }
`;
}
