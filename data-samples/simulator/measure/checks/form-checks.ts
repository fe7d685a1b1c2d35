/** Identities of the forms (input contract 4.11–4.14), recomputed from the files of the delivery. They hold to the fen, whoever files. */
import { count } from '../check.ts';
import type { CheckRule } from '../check.ts';
import type { FileColumn, ProvinceFiles } from '../province-files.ts';

/** Amounts that differ by less than this are the same. */
const FEN = 0.005;

/** Printed row of the main form, and what it must be in the other rows; a question mark reads an empty row as 0; a rule is tested where the others are filled. */
const MAIN_IDENTITIES: readonly (readonly [row: string, difference: string])[] = [
  ['17', 'm17 - (m12 + m13 - m14? - m15? + m16?)'],
  ['18', 'm18 - least(m17, m11)'],
  ['19', 'greatest(m19 - (m11 - m18), 0)'],
  ['20', 'm20 - (m17 - m18)'],
  ['24', 'm24 - (m19 + m21? - m23?)'],
  ['27', 'm27 - (m28? + m29? + m30? + m31?)'],
  ['32', 'm32 - (m24 + m25? + m26? - m27?)'],
  ['33', 'm33 - (m25? + m26? - m27?)'],
  ['34', 'm34 - (m24 - m28? - m29?)'],
  ['38', 'm38 - (m16? + m22? + m36? - m37?)'],
];

const SALES_IDENTITIES: readonly (readonly [row: string, difference: string])[] = [
  ['S1-9', 'c09 - (c01? + c03? + c05? + c07?)'],
  ['S1-10', 'c10 - (c02? + c04? + c06? + c08?)'],
  ['S1-11', 'c11 - (c09 + c10)'],
];

const SMALL_IDENTITIES: readonly (readonly [row: string, difference: string])[] = [
  ['Q-9', 'q09 - (q10? + q11? + q12?)'],
  ['Q-20', 'q20 - (q15 - q16?)'],
  ['Q-22', 'q22 - (q20 - q21?)'],
];

/** Rows of schedule 2 that add up to another row. */
const INPUT_SUMS: readonly (readonly [row: string, total: string, parts: readonly string[]])[] = [
  ['S2-1', '1', ['2', '3']],
  ['S2-4', '4', ['5', '6', '7', '8a', '8b']],
  ['S2-12', '12', ['1', '4', '11']],
  ['S2-13', '13', ['14', '15', '16', '17', '18', '19', '20', '21', '22', '23a', '23b']],
];

/** Whose form it is, as an example of a failure. */
const filing = (table: string): string => `'${table} ' || taxpayer_id || ' ' || period`;

/** Turns the short names of a rule into columns of its table: `m17` is deductible_total_m17; a question mark reads an empty cell as 0. */
function spelled(rule: string, columns: readonly FileColumn[]): string {
  return rule.replace(/\b([mcq]\d\d)(\?)?/g, (_, short: string, optional?: string) => {
    const column = columns.find(({ name }) => name.endsWith(`_${short}`))?.name ?? short;
    return optional === undefined ? column : `coalesce(${column}, 0)`;
  });
}

function identityRules(files: ProvinceFiles, table: string, identities: readonly (readonly [string, string])[]): CheckRule[] {
  return identities.map(([row, rule]) => {
    const difference = spelled(rule, files.columns.get(table) ?? []);
    return {
      name: `form identity ${row}`,
      checked: `select count(${difference}) from ${table}`,
      failures: `select ${filing(table)} as example from ${table} where abs(${difference}) >= ${FEN}`,
    };
  });
}

const taxOf = (row: string): string => `coalesce(sum(tax) filter (row_no = '${row}'), 0)`;

function inputRules(): CheckRule[] {
  return INPUT_SUMS.map(([name, total, parts]) => ({
    name: `form identity ${name}`,
    checked: count('(select distinct taxpayer_id, period, version from vat_return_schedule2)'),
    failures: `select ${filing('vat_return_schedule2')} as example from vat_return_schedule2 group by taxpayer_id, period, version
      having bool_or(row_no in ('12', '13')) and abs(${taxOf(total)} - (${parts.map(taxOf).join(' + ')})) >= ${FEN}`,
  }));
}

/** Main form against a schedule: both summed over one version of one filing; the two column groups of the main form together. */
function betweenForms(name: string, main: string, schedule: string, value: string): CheckRule {
  const filed = 'taxpayer_id, period, coalesce(version, 1) as version';
  const both = `(select ${filed}, sum(coalesce(${main}, 0)) as main from vat_returns group by all) as m
    join (select ${filed}, ${value} as schedule from ${schedule} group by all) as s using (taxpayer_id, period, version)`;
  return { name, checked: count(both), failures: `select ${filing('vat_returns')} as example from ${both} where abs(main - schedule) >= ${FEN}` };
}

/** Rows 1–5 of schedule 1 are what is taxed at the rates of the general method. */
const general = (column: string): string => `coalesce(sum(${column}) filter (row_no in ('1', '2', '3', '4', '5')), 0)`;

/** All identities of one form and between the forms of one filing. */
export function formChecks(files: ProvinceFiles): CheckRule[] {
  return [
    ...identityRules(files, 'vat_returns', MAIN_IDENTITIES),
    ...identityRules(files, 'vat_return_schedule1', SALES_IDENTITIES),
    ...inputRules(),
    ...identityRules(files, 'small_scale_returns', SMALL_IDENTITIES),
    betweenForms('row 1 = schedule 1', 'sales_general_m01', 'vat_return_schedule1', general('total_sales_c09')),
    betweenForms('row 11 = schedule 1', 'output_tax_m11', 'vat_return_schedule1', general('coalesce(net_tax_c14, total_tax_c10)')),
    betweenForms('row 12 = schedule 2', 'input_tax_m12', 'vat_return_schedule2', taxOf('12')),
    betweenForms('row 14 = schedule 2', 'input_transferred_out_m14', 'vat_return_schedule2', taxOf('13')),
  ];
}
