import type { Engine } from '../../../pipeline/engine/engine.ts';
import { windowOf } from '../calendar.ts';
import type { SimulateOptions } from '../options.ts';
import { issueStatement, passageStatements } from './issue.ts';
import { firmMonthStatement } from './months.ts';
import { MONTH_ORDER_TABLE, orderStatements } from './orders.ts';
import { relationStatementsOf } from './relations.ts';
import { reversalStatements } from './reversals.ts';

/** Parties that small-scale sellers serve: any taxpayer, general ones more often. */
const CLIENT_TABLE = `create table client as
  select row_number() over (order by firm, lot) - 1 as place, firm from firm cross join range(3) as lots(lot) where is_internal and last_ym = last_ym() and (lot = 0 or vat_status = 'general') and monthly_sales > 0`;

/** Spring Festival: orders of a February against those of another month (invoices of 2018–2019: half of a usual month). */
const FEBRUARY_ORDERS = 0.55;
const isFebruary = (ym: number): boolean => ym % 12 === 1;

/** How many times the usual number of orders gives about the invoices asked for: what scales with it, and what comes in any case. */
async function densityOf(engine: Engine, options: SimulateOptions): Promise<number> {
  const [expected] = await engine.rows<{ scaled: number; fixed: number }>(`with seller as (
      select sales::double as sales, general_ym <= ym as is_general, i.uninvoiced_share, i.consumer_share from firm_month join firm using (firm) join industry as i using (industry)
    ), relations as (select whole_of(sum(units(orders_per_month * (to_ym - from_ym + 1)))) as orders from relation where channel <> 'import')
    select (select orders from relations) + whole_of(sum(units(case when is_general then 0.55 * sqrt(sales * 0.45 / 60000) else 0.1 + 0.5 * (1 - uninvoiced_share) * sqrt(sales / 25000) end))) as scaled,
      whole_of(sum(units(case when not is_general then 0 when consumer_share > 0 then 1.5 else 0.5 end))) as fixed
    from seller`);
  return Number((Math.max(0.02 * options.invoices, options.invoices - (expected?.fixed ?? 0)) / Math.max(1, expected?.scaled ?? 0)).toPrecision(6));
}

/** firm_month, relation, and month by month invoice, voucher, export_sale, uninvoiced and hidden_sale. `onMonth` is told how far it is. */
export async function fillTrade(engine: Engine, options: SimulateOptions, onMonth: (done: number, of: number) => void = () => undefined): Promise<void> {
  for (const statement of [firmMonthStatement(), ...relationStatementsOf(options), CLIENT_TABLE, MONTH_ORDER_TABLE]) await engine.exec(statement);
  const density = await densityOf(engine, options);
  const { firstYm } = windowOf(options);
  const months = Array.from({ length: options.months }, (_, at) => firstYm + at);
  const usual = density * options.months / months.reduce((sum, ym) => sum + (isFebruary(ym) ? FEBRUARY_ORDERS : 1), 0);
  for (const ym of months) {
    for (const statement of [...orderStatements(options, ym, isFebruary(ym) ? usual * FEBRUARY_ORDERS : usual), issueStatement(ym), ...passageStatements(ym), ...reversalStatements(ym)]) await engine.exec(statement);
    onMonth(ym - firstYm + 1, options.months);
  }
  for (const table of ['month_order', 'client', 'seller_pool']) await engine.exec(`drop table ${table}`);
}
