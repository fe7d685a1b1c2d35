/**
 * Taxes and fees that follow the VAT, and when they are halved: 城市维护建设税法, 财税〔2010〕98号, 财税〔2016〕12号, 财税〔2019〕13号,
 * 公告2022年第10号, 公告2023年第12号. Macros, because the small-scale return prints the same figures as the filings of the six taxes.
 */
import { ymOf } from '../calendar.ts';

/** The first counties of a city, up to this number, are its seat. */
const URBAN_COUNTIES = 1;
/** Premises outside any town, which pay the lowest rate. */
const COUNTRYSIDE_SHARE = 0.04;
/** Taxpayers that, for half a year, do not know that they are owed the relief. */
const FORGETFUL_SHARE = 0.0024;

export const EDUCATION_PERCENT = 3;
export const LOCAL_EDUCATION_PERCENT = 2;
/** Monthly sales up to which the two education fees are not levied. */
export const EDUCATION_LIMIT_YUAN = 100_000;

/** Macros `urban_percent`, `is_half_year` (may this identity take half off in this month?), `forgets_relief`, `half_of`. */
export const SURCHARGE_MACROS: readonly string[] = [
  `create or replace macro urban_percent(firm, district_code) as
    case when draw(firm, 'six taxes countryside') < ${COUNTRYSIDE_SHARE} then 1
      when substr(district_code, 5, 2)::integer <= ${URBAN_COUNTIES} then 7 else 5 end`,
  // 2019 to 2021 for small-scale taxpayers only, by decision of the province; since 2022 for all three identities
  `create or replace macro is_half_year(ym, is_small_scale) as ym >= ${ymOf('2022-01')} or (ym >= ${ymOf('2019-01')} and is_small_scale)`,
  `create or replace macro forgets_relief(firm, ym) as draw2(firm, ym // 6, 'six taxes forgets relief') < ${FORGETFUL_SHARE}`,
  `create or replace macro half_of(amount) as round(amount / 2, 2)::decimal(18, 2)`,
];
