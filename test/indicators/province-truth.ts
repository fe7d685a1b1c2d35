/** What the simulated provinces are held against: whom an indicator should find, and whom it must leave alone. */

/**
 * Whom a hit of an indicator is right about: an archetype of truth/labels.csv, with a role after the slash where only that role is meant, or
 * `noise:` and a kind of truth/noise.csv, an honest accident that the rule is there to find.
 */
export const SHOULD_HIT: Readonly<Record<string, readonly string[]>> = {
  'VR-01': ['claims_without_rating', 'noise:claim_without_rating'],
  'VR-02': ['claims_after_offence', 'noise:barring_violation'],
  'VR-03': ['claims_beside_levy_refund'],
  'VR-04': ['claims_wrong_lane'],
  'VR-05': ['claims_wrong_lane', 'claims_wrong_size'],
  'VR-06': ['claims_before_its_time'],
  'VR-07': ['overstates_ratio', 'claims_unconfirmed_input', 'claims_unfit_vouchers', 'noise:ratio_slip'],
  'VR-08': ['claims_too_much', 'leaves_refund_unposted', 'overstates_ratio'],
  'VR-09': ['breaks_carry'],
  'VR-10': ['leaves_refund_unposted', 'noise:refund_posted_late'],
  'VR-11': ['claims_unconfirmed_input', 'confirms_void'],
  'VR-12': ['claims_unfit_vouchers', 'customs_graft/issuer'],
  'VR-13': ['agri_self_issue'],
  'VR-14': ['customs_graft/issuer'],
  'VR-15': ['keeps_exception_input'],
  'VR-16': ['keeps_exception_input', 'burst_shells/beneficiary', 'goods_switch', 'pass_through'],
  'VR-17': ['burst_shells/beneficiary', 'closed_loop/beneficiary'],
  'VR-18': ['buys_ahead', 'burst_shells/beneficiary', 'closed_loop', 'goods_switch/beneficiary', 'customs_graft', 'claims_unconfirmed_input'],
  'VR-19': ['buys_ahead', 'goods_switch', 'customs_graft', 'burst_shells/beneficiary'],
  'VR-20': ['keeps_nondeductible_input'],
  'VR-21': ['keeps_red_input'],
  'VR-22': ['leaves_out_sales', 'burst_shells/issuer', 'goods_switch/issuer', 'pass_through/issuer'],
  'VR-23': ['books_negative_uninvoiced', 'takes_back_sales'],
  'VR-24': ['hides_sales', 'hidden_sales'],
  'VR-25': ['books_above_vat'],
  'VR-26': ['parks_advances', 'hidden_sales'],
  'VR-27': ['agri_self_issue', 'hidden_sales', 'leaves_out_sales'],
  'VR-28': ['hides_sales', 'hidden_sales'],
  'VR-29': ['hides_sales', 'leaves_out_sales', 'hidden_sales'],
  'VR-30': ['hides_sales', 'hidden_sales', 'leaves_out_sales', 'buys_ahead', 'closed_loop', 'pass_through/conduit', 'takes_back_sales'],
  'VR-31': ['agri_self_issue', 'burst_shells/beneficiary', 'buys_ahead', 'closed_loop', 'claims_unconfirmed_input', 'claims_unfit_vouchers', 'leaves_out_sales'],
  'VR-32': ['goods_switch', 'burst_shells/beneficiary', 'customs_graft/beneficiary', 'sells_paper'],
  'VR-33': ['agri_self_issue', 'goods_switch/conduit', 'pass_through/conduit', 'sells_paper', 'claims_unconfirmed_input'],
  'VR-34': ['goods_switch/conduit', 'customs_graft/issuer'],
  'VR-35': ['closed_loop'],
  'VR-36': ['goods_switch/conduit', 'pass_through/conduit', 'sells_paper'],
  'VR-37': ['burst_shells/issuer', 'goods_switch', 'pass_through', 'related_transfer', 'closed_loop'],
  'VR-38': ['burst_shells', 'keeps_exception_input'],
  'VR-39': ['sells_paper', 'burst_shells/issuer'],
  'VR-40': ['leaves_after_refund'],
  'VR-41': ['keeps_exception_input', 'hidden_sales', 'hides_sales', 'burst_shells', 'noise:open_comparison'],
  'VR-42': ['claims_without_rating', 'claims_too_much', 'overstates_ratio', 'claims_before_its_time', 'claims_after_offence', 'noise:one_officer_two_nodes', 'noise:override_without_note', 'noise:decided_on_eleventh_day'],
  'DF-01': ['defers_without_right'],
  'DF-02': ['defers_without_right'],
  'DF-03': ['defers_out_of_scope'],
  'DF-04': ['leaves_deferral_unpaid'],
  'DF-05': ['leaves_deferral_unpaid'],
  'DF-06': ['leaves_deferral_unpaid'],
  'LT-01': ['takes_relief_without_right', 'noise:relief_after_registration'],
  'LT-02': ['understates_small_profit'],
  'LT-03': ['takes_relief_without_right', 'noise:relief_after_registration'],
  'LT-04': ['takes_relief_over_half'],
  'LT-05': ['understates_stamp_base'],
  'LT-06': ['firm_split'],
  'LT-07': ['noise:relief_forgotten'],
  'SS-01': ['stays_small'],
  'SS-02': ['leaves_out_small_sales', 'invoice_mill/issuer'],
  'SS-03': ['income_split/member'],
  'SS-04': ['exempts_over_limit', 'invoice_mill/issuer'],
  'SS-05': ['exempts_special_sales'],
  'SS-06': ['uses_wrong_levy_rate'],
  'SS-07': ['income_split/member'],
  'SS-08': ['invoice_mill/issuer'],
  'SS-09': ['related_transfer'],
};

/** Look-alikes of truth/lookalikes.csv and the indicators whose line "Innocent" means them. */
export const INNOCENT_OF: Readonly<Record<string, readonly string[]>> = {
  // season, agricultural processors
  seasonal_processor: ['VR-12', 'VR-18', 'VR-29'],
  // plant under construction, start-up buyer, investment
  greenfield_build_up: ['VR-17', 'VR-18', 'VR-29', 'VR-32'],
  // exports
  exporter: ['VR-20', 'VR-25'],
  // group settlement, trading arm of a group, legal group, divisions of a real group
  group_procurement: ['VR-35', 'VR-36', 'VR-37', 'LT-06'],
  // a real supplier that failed later
  real_supplier_bankrupt: ['VR-16', 'VR-38'],
  // processing, toll processing, outsourcing
  toll_processing: ['VR-34', 'VR-35', 'DF-01'],
  // back-to-back commodity broker, low-margin trade
  commodity_broker: ['VR-30', 'VR-36'],
  // full e-invoice shop
  invoice_everything_retailer: ['VR-24'],
  // new suppliers of one project; a failed start-up
  young_consortium: ['VR-17', 'VR-38'],
  // returns and exchange between two traders of their own
  mutual_trade: ['VR-36', 'VR-37'],
  // an address of a 集群注册 or an incubator
  incubator_address: ['VR-37', 'LT-06', 'SS-07', 'SS-08'],
  // 代账机构, market stalls with one agent
  accounting_agent: ['VR-37', 'LT-06', 'SS-07', 'SS-08'],
};

/** Where the formula of the catalogue cannot see the innocence, as `kind code`: the greatest share of the members it may hit, and why. */
export const EXPLAINED: Readonly<Record<string, { readonly share: number; readonly why: string }>> = {
  'group_procurement VR-37': { share: 0.2, why: 'a group shares owners, officers and an address and trades inside; the register names head offices, not groups' },
  'commodity_broker VR-30': { share: 0.34, why: 'a margin of one per cent is the lowest burden of peers; the hit has no points of its own' },
};

/** Indicators that find nobody yet. */
export const PENDING: readonly string[] = [];
