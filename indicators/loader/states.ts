import { NOT_ASSESSED_CODES } from '../../pipeline/contract/known-codes.ts';
import { NOT_APPLICABLE_WORDS, OUTCOME_WORDS, WATCH_WORDS } from '../../pipeline/shared/indicator-words.ts';
import type { Words } from '../../pipeline/shared/words.ts';

/** Every state of the indicator matrix: its number, the outcome and the reason code it stands for. */
export const STATES = [
  { state: 0, outcome: 'clear', reasonCode: null },
  { state: 1, outcome: 'hit', reasonCode: null },
  { state: 2, outcome: 'clear', reasonCode: 'watch' },
  { state: 10, outcome: 'not_applicable', reasonCode: 'A_NO_CLAIM' },
  { state: 11, outcome: 'not_applicable', reasonCode: 'A_STATUS' },
  { state: 12, outcome: 'not_applicable', reasonCode: 'A_INDUSTRY' },
  { state: 13, outcome: 'not_applicable', reasonCode: 'A_LANE' },
  { state: 14, outcome: 'not_applicable', reasonCode: 'A_PERIOD' },
  { state: 20, outcome: 'not_assessed', reasonCode: 'N_TABLE_ABSENT' },
  { state: 21, outcome: 'not_assessed', reasonCode: 'N_NO_ROWS' },
  { state: 22, outcome: 'not_assessed', reasonCode: 'N_COVERAGE' },
  { state: 23, outcome: 'not_assessed', reasonCode: 'N_TOO_YOUNG' },
  { state: 24, outcome: 'not_assessed', reasonCode: 'N_DENOMINATOR' },
  { state: 25, outcome: 'not_assessed', reasonCode: 'N_PEER_SMALL' },
  { state: 26, outcome: 'not_assessed', reasonCode: 'N_LEGAL_BASIS' },
] as const;

export type ReasonCode = Exclude<(typeof STATES)[number]['reasonCode'], null | 'watch'>;

/** Reason codes an indicator's SQL or the runner may give, by outcome. */
export function reasonCodes(outcome: 'not_applicable' | 'not_assessed'): readonly ReasonCode[] {
  return STATES.flatMap((row) => (row.outcome === outcome && row.reasonCode !== null ? [row.reasonCode] : []));
}

const REASON_WORDS: Readonly<Record<ReasonCode | 'watch', Words>> = { ...NOT_APPLICABLE_WORDS, ...NOT_ASSESSED_CODES, watch: WATCH_WORDS };

/** A state in words: its reason where there is one, else its outcome. */
export function stateWords({ outcome, reasonCode }: (typeof STATES)[number]): Words {
  return reasonCode === null ? OUTCOME_WORDS[outcome] : REASON_WORDS[reasonCode];
}

/** Matrix number of a reason code. */
export function stateOf(code: ReasonCode): number {
  return STATES.find((row) => row.reasonCode === code)?.state ?? 0;
}

/** SQL that turns a column of reason codes into matrix states: NULL for a code that does not belong to the outcome. */
export function stateCaseSql(column: string, outcome: 'not_applicable' | 'not_assessed'): string {
  const arms = reasonCodes(outcome).map((code) => `when '${code}' then ${stateOf(code)}`);
  return `case ${column} ${arms.join(' ')} end`;
}
