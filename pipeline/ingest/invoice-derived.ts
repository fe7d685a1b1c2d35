// Rates and levy rates that an invoice may carry, in force at some time since 2016 (fractions of 1).
const LEGAL_RATES = [0, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.09, 0.1, 0.11, 0.13, 0.16, 0.17];
const RATE_TOLERANCE = 0.003;

/** void; red when so marked or a normal invoice with a negative amount; else normal. A reversed blue invoice is normal: the red one carries the minus. */
export function docStatusSql(row: string): string {
  return `case when ${row}.status = 'void' then 'void' when ${row}.status = 'red' or (${row}.status = 'normal' and ${row}.amount < 0) then 'red' else 'normal' end`;
}

/** Amount with the sign it enters sums with. */
export function signedAmountSql(row: string): string {
  return `cast(case ${docStatusSql(row)} when 'void' then 0 when 'red' then -abs(${row}.amount) else ${row}.amount end as DECIMAL(18,2))`;
}

/** Tax with the sign it enters sums with; a tax of the wrong sign is turned only where the delivered total proves it to the fen. */
export function signedTaxSql(row: string): string {
  const opposite = `((${row}.amount > 0 and ${row}.tax < 0) or (${row}.amount < 0 and ${row}.tax > 0))`;
  const proven = `abs(abs(${row}.amount) + abs(${row}.tax) - abs(${row}.total)) <= 0.02`;
  const repaired = `case when ${opposite} and ${proven} then sign(${row}.amount) * abs(${row}.tax) else ${row}.tax end`;
  return `cast(case ${docStatusSql(row)} when 'void' then 0 when 'red' then -abs(${row}.tax) else ${repaired} end as DECIMAL(18,2))`;
}

/** The delivered rate, else the legal rate nearest to tax / amount within 0.3 percentage points, else NULL. */
export function legalRateSql(row: string): string {
  const measured = `(cast(${row}.tax as double) / cast(${row}.amount as double))`;
  const branches = LEGAL_RATES.map((rate, at) => {
    const next = LEGAL_RATES[at + 1];
    const limit = next === undefined ? rate + RATE_TOLERANCE : Math.min(rate + RATE_TOLERANCE, (rate + next) / 2);
    return `when ${measured} <= ${limit.toFixed(6)} then ${measured} >= ${(rate - RATE_TOLERANCE).toFixed(6)}`.replace(/then (.*)$/u, `then case when $1 then ${rate} end`);
  });
  return `cast(coalesce(${row}.tax_rate, case when ${row}.amount = 0 then null ${branches.join(' ')} end) as DECIMAL(9,6))`;
}
