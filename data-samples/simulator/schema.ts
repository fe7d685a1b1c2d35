/**
 * The tables that one room of the simulator hands to the next. A room fills its own tables and reads those above; the files of the
 * delivery are SELECTs over them. Money is yuan ex tax unless the name says tax; `ym` is a month, year × 12 + month − 1.
 */

/** Who lives in the province, and what they are used to doing. Written by world/, changed by conduct/ before any trade. */
const WORLD = [
  // Taxpayers are 0 … taxpayers − 1; parties outside the province follow.
  `create table firm (
    firm integer not null, is_internal boolean not null, taxpayer_id varchar not null, taxpayer_name varchar not null,
    entity_kind varchar not null,            -- enterprise individual cooperative other_unit natural_person
    vat_status varchar not null,             -- general small, at the end of the window
    general_ym integer not null,             -- first month as a general taxpayer; 999999 = never
    general_from date, registered_on date not null,
    industry integer not null, district_code varchar not null, city integer not null,
    monthly_sales decimal(18, 2) not null,   -- true sales of a usual month at the middle of the window; 0 = lives from its script only
    yearly_growth double not null,           -- 0.06 = 6 % a year
    first_ym integer not null, last_ym integer not null,   -- first and last month with ordinary trade
    first_sale_ym integer not null,          -- later than first_ym where a plant or a building is put up first
    filed_to_ym integer not null,            -- last period for which it files returns at all
    status varchar not null, status_from date,
    export_method varchar not null, agent integer, head_office integer, business_group integer,
    address_key varchar not null, registered_capital decimal(18, 2), paid_in_capital decimal(18, 2),
    legacy_until_ym integer not null,        -- issues tax-control invoices (code and 8 digits) up to this month; 0 = never
    files_monthly boolean not null           -- small-scale taxpayers: monthly instead of quarterly
  )`,
  // What a firm sells and buys; the shares of one side of one firm add up to 1.
  `create table firm_good (firm integer not null, side varchar not null, good integer not null, share double not null)`,
  // Honest investments: plants under construction and the like. Extra purchases on top of the usual budget.
  `create table investment (firm integer not null, ym integer not null, good integer not null, amount decimal(18, 2) not null)`,
  // Who acts for a firm and from where. kind: legal_representative finance_officer filing_clerk investor phone device ip
  `create table firm_key (firm integer not null, kind varchar not null, value varchar not null, from_on date not null, to_on date, equity_share double)`,
];

/** What scripts plant: behaviour, never an indicator. Written by conduct/, read by trade/, filing/, books/ and registers/. */
const CONDUCT = [
  // One behaviour of one firm over some months; what it does is said in conduct/behaviours.ts.
  `create table conduct (firm integer not null, behaviour varchar not null, from_ym integer not null, to_ym integer not null, strength double not null, detail varchar)`,
  // An order that a script places. Paper: nothing is delivered, the invoice is all there is.
  `create table planted_order (
    planted_order integer not null, group_id varchar not null, seller integer not null, buyer integer, party_name varchar, issued_on date not null, second_of_day integer,
    amount decimal(18, 2) not null, good integer not null, kind varchar, price_factor double not null, is_paper boolean not null)`,
  // Ground truth. A firm has at most one fraud label.
  `create table truth_label (firm integer not null, archetype varchar not null, role varchar not null, ring_id varchar, from_ym integer not null, to_ym integer not null)`,
  `create table truth_ring (ring_id varchar not null, archetype varchar not null, parameters varchar not null)`,
  `create table truth_lookalike (firm integer not null, kind varchar not null, group_id varchar not null, role varchar not null, from_ym integer not null, to_ym integer not null)`,
  // Honest faults and accidents that a rule may hit; every room adds what it plants.
  `create table truth_noise (firm integer not null, ym integer not null, kind varchar not null, amount decimal(18, 2))`,
  // Tax that a declared behaviour puts at stake, written by the room that carries the behaviour out.
  `create table conduct_effect (firm integer not null, ym integer not null, behaviour varchar not null, tax decimal(18, 2) not null)`,
];

/** What was traded. Written by trade/. */
const TRADE = [
  // True sales and usual purchase budget of a month.
  `create table firm_month (firm integer not null, ym integer not null, sales decimal(18, 2) not null, purchases decimal(18, 2) not null)`,
  // channel: invoice · farmer (the buyer issues) · import (customs certificate, no invoice)
  `create table relation (
    relation bigint not null, channel varchar not null, buyer integer not null, seller integer, good integer not null,
    share double not null,                   -- of the buyer's monthly purchases
    from_ym integer not null, to_ym integer not null, orders_per_month double not null)`,
  `create table invoice (
    invoice bigint not null, ym integer not null, issued_at timestamp not null, has_time boolean not null,
    seller integer, buyer integer, party_name varchar,     -- the name of a party without id: a consumer, a farmer, a customer abroad
    kind varchar not null, invoice_code varchar, invoice_number varchar not null,
    good integer not null, price_factor double not null, amount decimal(18, 2) not null, tax decimal(18, 2) not null, rate_percent double not null,
    method varchar not null,                 -- general simple exempt zero small: how the seller is taxed on it
    status varchar not null,                 -- normal void red reversed
    blue bigint, red_reason varchar,         -- red invoices: what they reverse
    ticket_cap decimal(18, 2), by_authority boolean not null, difference_method boolean not null,
    is_paper boolean not null, group_id varchar)`,
  // Customs certificates and other vouchers that are no invoices.
  `create table voucher (
    voucher bigint not null, firm integer not null, ym integer not null, voucher_type varchar not null, voucher_no varchar not null, counterparty integer, importer integer, real_consignee integer,
    good integer, base_amount decimal(18, 2) not null, tax decimal(18, 2) not null, match_status varchar, issued_on date not null, is_paper boolean not null, group_id varchar)`,
  // Goods sent abroad.
  `create table export_sale (firm integer not null, ym integer not null, good integer not null, amount decimal(18, 2) not null, declared_on date not null, invoice bigint)`,
  // Declared sales without an invoice, and true sales that are neither invoiced nor declared.
  `create table uninvoiced (firm integer not null, ym integer not null, good integer not null, amount decimal(18, 2) not null)`,
  `create table hidden_sale (firm integer not null, ym integer not null, good integer not null, amount decimal(18, 2) not null)`,
];

/** Rows of the main form, in print order, as column suffixes of vat_return. */
export const MAIN_FORM_ROWS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41] as const;
/** Rows of the small-scale form. */
export const SMALL_FORM_ROWS = Array.from({ length: 25 }, (_, at) => at + 1);

const two = (row: number): string => String(row).padStart(2, '0');
const money = (prefix: string, rows: readonly number[]): string => rows.map((row) => `${prefix}${two(row)} decimal(18, 2) not null`).join(', ');

/** What was declared. Written by filing/. */
const FILING = [
  `create table input_use (invoice bigint not null, buyer integer not null, ym integer not null, purpose varchar not null, tax decimal(18, 2) not null, confirmed_at timestamp not null)`,
  `create table exception_voucher (invoice bigint not null, listed_on date not null, reason varchar not null, notified_on date, verification_requested_on date, lifted_on date)`,
  // Schedules 1 and 2: one printed row of one version of a return.
  `create table sales_row (
    firm integer not null, ym integer not null, version integer not null, row_no varchar not null, special_sales decimal(18, 2) not null, special_tax decimal(18, 2) not null,
    other_sales decimal(18, 2) not null, other_tax decimal(18, 2) not null, uninvoiced_sales decimal(18, 2) not null, uninvoiced_tax decimal(18, 2) not null,
    audit_sales decimal(18, 2) not null, audit_tax decimal(18, 2) not null, deduction decimal(18, 2) not null, net_tax decimal(18, 2) not null)`,
  `create table input_row (firm integer not null, ym integer not null, version integer not null, row_no varchar not null, documents integer, amount decimal(18, 2), tax decimal(18, 2) not null)`,
  `create table vat_return (firm integer not null, ym integer not null, version integer not null, filed_at timestamp not null, column_group varchar not null, is_history boolean not null, ${money('m', MAIN_FORM_ROWS)})`,
  // The credit a firm would carry if its returns told the truth, beside the declared one.
  `create table true_credit (firm integer not null, ym integer not null, declared_closing decimal(18, 2) not null, true_closing decimal(18, 2) not null, true_ratio double)`,
  `create table claim (
    application_id varchar not null, firm integer not null, ym integer not null, applied_at timestamp not null, accepted_at timestamp not null, lane varchar not null, claimed_size varchar,
    claimed_industry_share double, claimed_ratio double not null, claimed_credit decimal(18, 2) not null, claimed_amount decimal(18, 2) not null,
    claimed_stock_amount decimal(18, 2), claimed_increment_amount decimal(18, 2), export_refund_pending decimal(18, 2) not null, arrears_offset_amount decimal(18, 2) not null,
    decision varchar not null, decided_at timestamp, suspended_at timestamp, resumed_at timestamp, paid_on date, paid_amount decimal(18, 2), repaid_on date, repaid_amount decimal(18, 2),
    true_refundable decimal(18, 2) not null)`,
  // Refunds of the tax levied (即征即退), the regime beside which no credit is refunded.
  `create table levy_refund (firm integer not null, ym integer not null, document_no varchar not null, refunded_on date not null, amount decimal(18, 2) not null)`,
  `create table small_return (firm integer not null, ym integer not null, version integer not null, period_kind varchar not null, item_group varchar not null, filed_at timestamp not null, ${money('q', SMALL_FORM_ROWS)})`,
];

/** What the authority keeps on its taxpayers. Written by registers/. */
const REGISTERS = [
  `create table registry_change (firm integer not null, changed_on date not null, field varchar not null, old_value varchar, new_value varchar not null, changed_share double)`,
  // Who may act for a firm from a day on, until its next row; an event draws one of each list.
  `create table acting (firm integer not null, from_on date not null, people varchar[], devices varchar[], ips varchar[])`,
  `create table quota (firm integer not null, ym integer not null, granted_at timestamp not null, granted_amount decimal(18, 2) not null, grant_kind varchar not null)`,
  `create table violation (
    violation_id varchar not null, firm integer not null, violation_type varchar not null, decided_on date not null, act_from date not null, act_to date not null,
    amount decimal(18, 2) not null, is_revoked boolean not null)`,
  `create table inspection_case (case_id varchar not null, firm integer not null, opened_on date not null, closed_on date, outcome varchar, is_grounded boolean not null)`,
  `create table filing_comparison (firm integer not null, ym integer not null, comparison_kind varchar not null, difference decimal(18, 2) not null, found_on date not null, resolved_on date)`,
  `create table bank_transaction (
    transaction_id varchar not null, firm integer not null, case_reference varchar not null, account_owner varchar not null, occurred_at timestamp not null, direction varchar not null,
    counterparty integer, counterparty_kind varchar not null, amount decimal(18, 2) not null, tag varchar not null)`,
  `create table officer_action (
    application_id varchar not null, node varchar not null, officer_id varchar not null, acted_at timestamp not null, action varchar not null, indicator_code varchar, note varchar)`,
  `create table response_task (
    task_id varchar not null, firm integer not null, level varchar not null, node varchar not null, owner_id varchar not null, issued_on date not null, due_on date not null,
    closed_on date, result varchar, tax_found decimal(18, 2))`,
  `create table response_finding (task_id varchar not null, indicator_code varchar not null, finding varchar not null, cause_code varchar, tax_found decimal(18, 2), note varchar)`,
];

/** All tables, in the order in which rooms fill them. */
export const SCHEMA: readonly string[] = [...WORLD, ...CONDUCT, ...TRADE, ...FILING, ...REGISTERS];
