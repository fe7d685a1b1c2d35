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

/** Matrix number of a reason code. */
export function stateOf(code: ReasonCode): number {
  return STATES.find((row) => row.reasonCode === code)?.state ?? 0;
}

/** SQL that turns a column of reason codes into matrix states: NULL for a code that does not belong to the outcome. */
export function stateCaseSql(column: string, outcome: 'not_applicable' | 'not_assessed'): string {
  const arms = reasonCodes(outcome).map((code) => `when '${code}' then ${stateOf(code)}`);
  return `case ${column} ${arms.join(' ')} end`;
}
