import type { Contract } from '../contract/contract.ts';
import { sqlText } from '../engine/sql-text.ts';

/** Months are counted as year × 12 + month − 1. */
export const FIRST_YEAR = 2015;
export const LAST_YEAR = 2035;

type Calendar = Contract['calendar'];

/** Whether a day (YYYY-MM-DD) is a working day: as the calendar says, else Monday to Friday. */
export function isWorkingDay(day: string, calendar: Calendar): boolean {
  const stated = calendar.find((exception) => exception.day === day);
  if (stated !== undefined) return stated.is_working_day;
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday >= 1 && weekday <= 5;
}

/** Filing deadline of a tax month: the 15th of the next month, or the next working day. */
export function filingDeadline(month: number, calendar: Calendar): string {
  const next = month + 1;
  let time = Date.UTC(Math.floor(next / 12), next % 12, 15);
  while (!isWorkingDay(dayText(time), calendar)) time += 86_400_000;
  return dayText(time);
}

/**
 * SQL of the filing deadline (DATE) of a period column (YYYY-MM). Weekends are computed; months whose deadline the holiday calendar moves are listed,
 * so that no join is needed while rows are read.
 */
export function filingDeadlineSql(period: string, calendar: Calendar): string {
  const fifteenth = `(cast(${period} || '-15' as date) + interval 1 month)`;
  const weekday = `isodow(${fifteenth})`;
  const usual = `cast(${fifteenth} + to_days(case ${weekday} when 6 then 2 when 7 then 1 else 0 end) as date)`;
  const moved = movedMonths(calendar).map(([text, day]) => `when ${sqlText(text)} then date ${sqlText(day)}`);
  return moved.length === 0 ? usual : `case ${period} ${moved.join(' ')} else ${usual} end`;
}

function movedMonths(calendar: Calendar): readonly (readonly [string, string])[] {
  if (calendar.length === 0) return [];
  const months = Array.from({ length: (LAST_YEAR - FIRST_YEAR + 1) * 12 }, (_, at) => FIRST_YEAR * 12 + at);
  return months.flatMap((month) => {
    const day = filingDeadline(month, calendar);
    return day === filingDeadline(month, []) ? [] : [[monthText(month), day] as const];
  });
}

/** YYYY-MM of a month index. */
export function monthText(month: number): string {
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
}

/** Month index of YYYY-MM or YYYY-MM-DD. */
export function monthIndex(text: string): number {
  return Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1;
}

function dayText(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
