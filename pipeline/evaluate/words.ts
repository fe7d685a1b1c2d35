import { word } from '../../indicators/loader/words.ts';
import type { Rate } from '../../models/evaluate/rate.ts';
import { FLAG_LABELS } from '../shared/grade-words.ts';
import type { Figure } from './evaluate.ts';

const REASONS: Readonly<Record<string, string>> = {
  insufficient_data: '数据不足 insufficient data',
  large_refund: '大额退税 large refund',
  city_review: '需市级复核 city review',
};

const FLAGS: Readonly<Record<string, string>> = { ...FLAG_LABELS, in_ring: '在团伙线索中 in a ring' };

/** What a grade says beside its score, in words. */
export function flagText(flag: string): string {
  return FLAGS[flag] ?? flag;
}

/** A share as a percentage; a dash where nothing was counted. */
export function percent(share: number | null): string {
  return share === null ? '—' : `${(100 * share).toFixed(1)}%`;
}

/** `12.5% (3/24, 95 % 4.3%–31.0%)`, in three cells. */
export function rateCells(rate: Rate): readonly [share: string, counts: string, interval: string] {
  return [percent(rate.share), `${rate.part}/${rate.whole}`, rate.low === null ? '—' : `${percent(rate.low)}–${percent(rate.high)}`];
}

/** A share with its counts in one text. */
export function rateText(rate: Rate): string {
  const [share, counts, interval] = rateCells(rate);
  return `${share}（${counts}，95% ${interval}）`;
}

/** A figure between 0 and 1 with its interval, three decimals. */
export function figureText({ value, interval }: Figure): string {
  if (value === null) return '—';
  return interval === null ? value.toFixed(3) : `${value.toFixed(3)}（95% ${interval.low.toFixed(3)}–${interval.high.toFixed(3)}）`;
}

/** Why an honest claim is held up: an indicator's code stands for itself. */
export function reasonText(name: string): string {
  return REASONS[name] ?? name;
}

/** A code of the catalogue in both languages. */
export function bothWords(code: string): string {
  const [zh, en] = [word(code, 'zh'), word(code, 'en')];
  return zh === en ? code : `${zh} ${en.startsWith(`${code} `) ? en.slice(code.length + 1) : en}`;
}
