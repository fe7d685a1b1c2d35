/** Days on which a registry is open. */

/** The working day at or before a day. */
export const officeDay = (day: string): string => `((${day}) - case isodow(${day}) when 6 then 1 when 7 then 2 else 0 end)::date`;

/** A working day of the window by a draw on the firm. */
export const changeDay = (firm: string, salt: string): string =>
  officeDay(`(month_start(first_ym()) + 3 + floor((cutoff() - month_start(first_ym()) - 2) * draw(${firm}, '${salt}'))::integer)`);

/** Working days from one day to a later one. */
export const workingDaysBetween = (from: string, to: string): string => `(5 * date_diff('week', ${from}, ${to}) + least(isodow(${to}),
  5) - least(isodow(${from}), 5))`;

/** The day so many working days after a working day. */
export const workingDaysAfter = (day: string, count: string): string => `(${day} + (${count} + 2 * ((isodow(${day}) - 1 + ${count}) // 5))::integer)::date`;

/** A time of a day at which offices are open, by a draw. */
export const officeTime = (day: string, draw: string): string => `(${day} + interval 9 hour + to_seconds(whole(0, 30000, ${draw})))`;
