/** Months are counted as year × 12 + month − 1; days as ISO text. */

export function monthNumber(period: string): number {
  return Number(period.slice(0, 4)) * 12 + Number(period.slice(5, 7)) - 1;
}

export function periodOf(month: number): string {
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
}

export function monthOfDay(day: string): number {
  return monthNumber(day.slice(0, 7));
}

export function daysInMonth(month: number): number {
  return new Date(Date.UTC(Math.floor(month / 12), (month % 12) + 1, 0)).getUTCDate();
}

/** ISO day of a month; a day number past the month's end is clipped. */
export function dayIn(month: number, day: number): string {
  return `${periodOf(month)}-${String(Math.min(day, daysInMonth(month))).padStart(2, '0')}`;
}

export function lastDay(month: number): string {
  return dayIn(month, 31);
}

export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** The same day, or the next Monday when it falls on a weekend. */
export function workingDay(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, weekday === 6 ? 2 : weekday === 0 ? 1 : 0);
}

/** Office-hours time of day from two small integers. */
export function at(day: string, hour: number, minute: number): string {
  return `${day} ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00`;
}

export function isQuarterEnd(month: number): boolean {
  return month % 3 === 2;
}
