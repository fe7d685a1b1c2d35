/** The gathered rows into the province's tables, some thousand rows a statement. */
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { sqlText } from '../../../pipeline/engine/sql-text.ts';
import type { Firm } from './cast.ts';
import type { ConductRows } from './rows.ts';

const ROWS_PER_STATEMENT = 5000;

type Value = string | number | boolean | null;
const yuan = (amount: number): string => amount.toFixed(2);

/** Rows go as one JSON text a statement: the parser takes ten times as long for the same rows as VALUES. */
async function insert(engine: Engine, table: string, rows: readonly (readonly Value[])[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT) {
    const part = rows.slice(from, from + ROWS_PER_STATEMENT);
    const cells = (part[0] ?? []).map((_, at) => `cells[${at + 1}]`).join(', ');
    await engine.exec(`insert into ${table} select ${cells} from (
      select unnest(from_json(${sqlText(JSON.stringify(part))}, '[["VARCHAR"]]')) as cells, unnest(range(${part.length})) as place) order by place`);
  }
}

const FIRM_COLUMNS: Readonly<Record<string, (firm: Firm) => Value>> = {
  taxpayer_name: (firm) => firm.taxpayerName,
  city: (firm) => firm.city,
  district_code: (firm) => firm.districtCode,
  vat_status: (firm) => firm.vatStatus,
  general_ym: (firm) => firm.generalYm,
  general_from: (firm) => firm.generalFrom,
  registered_on: (firm) => firm.registeredOn,
  industry: (firm) => firm.industry,
  monthly_sales: (firm) => yuan(firm.monthlySales),
  first_ym: (firm) => firm.firstYm,
  last_ym: (firm) => firm.lastYm,
  first_sale_ym: (firm) => firm.firstSaleYm,
  filed_to_ym: (firm) => firm.filedToYm,
  status: (firm) => firm.status,
  status_from: (firm) => firm.statusFrom,
  export_method: (firm) => firm.exportMethod,
  agent: (firm) => firm.agent,
  head_office: (firm) => firm.headOffice,
  business_group: (firm) => firm.businessGroup,
  address_key: (firm) => firm.addressKey,
  registered_capital: (firm) => (firm.registeredCapital === null ? null : yuan(firm.registeredCapital)),
  legacy_until_ym: (firm) => firm.legacyUntilYm,
};

async function writeFirms(engine: Engine, firms: readonly Firm[]): Promise<void> {
  const columns = Object.keys(FIRM_COLUMNS);
  await engine.exec(`create temp table firm_change as select firm, ${columns.join(', ')} from firm where false`);
  await insert(engine, 'firm_change', firms.map((firm) => [firm.firm, ...Object.values(FIRM_COLUMNS).map((of) => of(firm))]));
  await engine.exec(
    `update firm set ${columns.map((column) => `${column} = firm_change.${column}`).join(', ')} from firm_change where firm_change.firm = firm.firm`,
  );
  // whoever is registered elsewhere has the county of that place in its id
  const body = 'substr(taxpayer_id, 1, 2) || district_code || substr(taxpayer_id, 9, 9)';
  await engine.exec(`update firm set taxpayer_id = ${body} || uscc_check(${body}) where firm in (select firm from firm_change) and length(taxpayer_id) = 18`);
  await engine.exec('drop table firm_change');
}

/** Removes the rows of the ordinary life that a script replaces; `keys` are `firm/word`. */
async function removeOld(engine: Engine, table: string, column: string, keys: ReadonlySet<string>): Promise<void> {
  await engine.exec('create temp table replaced (firm integer, word varchar)');
  await insert(engine, 'replaced', [...keys].map((key) => [Number(key.split('/')[0]), key.split('/')[1] ?? '']));
  await engine.exec(`delete from ${table} where (firm, ${column}) in (select (firm, word) from replaced)`);
  await engine.exec('drop table replaced');
}

/** Writes everything the scripts planted. Nothing has been traded before. */
export async function writeRows(engine: Engine, rows: ConductRows): Promise<void> {
  await writeFirms(engine, [...rows.firms.values()]);
  await removeOld(engine, 'firm_key', 'kind', rows.newKeys);
  // nobody acts for a firm before it is registered
  await engine.exec('update firm_key set from_on = firm.registered_on from firm where firm.firm = firm_key.firm and firm_key.from_on < firm.registered_on');
  await insert(engine, 'firm_key', rows.keys.map((row) => [row.firm, row.kind, row.value, row.from, row.to, row.equity]));
  await removeOld(engine, 'firm_good', 'side', rows.newGoods);
  await insert(engine, 'firm_good', rows.goods.map((row) => [row.firm, row.side, row.good, row.share]));
  if (rows.withoutInvestment.size > 0) await engine.exec(`delete from investment where firm in (${[...rows.withoutInvestment].join(', ')})`);
  await insert(engine, 'investment', rows.investments.map((row) => [row.firm, row.ym, row.good, yuan(row.amountYuan)]));
  await insert(engine, 'conduct', rows.conduct.map((row) => [row.firm, row.behaviour, row.fromYm, row.toYm, Number(row.strength.toFixed(4)), null]));
  await insert(engine, 'planted_order', rows.orders.map((row, at) => [
    at, row.groupId, row.seller, row.buyer, row.partyName, row.day, row.second, yuan(row.amountYuan), row.good, row.kind, Number(row.priceFactor.toFixed(4)),
    row.isPaper,
  ]));
  await insert(engine, 'truth_label', rows.labels.map((row) => [row.firm, row.archetype, row.role, row.ringId, row.fromYm, row.toYm]));
  await insert(engine, 'truth_ring', rows.rings.map((row) => [row.ringId, row.archetype, JSON.stringify(row.parameters)]));
  await insert(engine, 'truth_lookalike', rows.lookalikes.map((row) => [row.firm, row.kind, row.groupId, row.role, row.fromYm, row.toYm]));
}
