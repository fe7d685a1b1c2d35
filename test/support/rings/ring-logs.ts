/** Third-party logs of transfers with labelled rings. A transfer is read as an invoice of the same direction: from the account that pays as seller to the one paid as buyer. */
import { readFileSync } from 'node:fs';
import { packagePath } from '../../../pipeline/shared/package-root.ts';

export interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly yuan: number;
  /** Days since the log begins. */
  readonly day: number;
  /** The labelled ring it belongs to, or null for background. */
  readonly ring: string | null;
}

export interface RingLog {
  readonly transfers: readonly Transfer[];
  /** Rings labelled as loops. */
  readonly loops: readonly string[];
}

export const RING_LOG_FILES = ['hismall_dev_rings.csv', 'hismall_dev_tx.csv', 'amlsim1k_dev_alert_members.csv', 'amlsim1k_dev_tx.csv'];
export const ringLogPath = (name: string): string => packagePath('..', 'shared', 'data', name);
const DAY_MILLISECONDS = 86_400_000;

/** Units of a currency for one US dollar, autumn 2020: the fixed rates under which equal transfers of the log agree. */
const PER_DOLLAR: Readonly<Record<string, number>> = {
  'US Dollar': 1, Euro: 0.8534, Yuan: 6.6976, 'Swiss Franc': 0.915, Shekel: 3.377, 'Canadian Dollar': 1.3193, Rupee: 73.44, Yen: 105.4, 'Australian Dollar': 1.4128,
  Ruble: 77.79, 'Mexican Peso': 21.14, 'UK Pound': 0.774, 'Brazil Real': 5.646, 'Saudi Riyal': 3.751,
};

function recordsOf(name: string): Readonly<Record<string, string>>[] {
  const [header = '', ...lines] = readFileSync(ringLogPath(name), 'utf8').trimEnd().split(/\r?\n/u);
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at] ?? '', cell])));
}

/** Rings of a public generator of bank transfers, without background; amounts in many currencies, ten days. A loop is a ring of the family CYCLE. */
export function bankRings(): RingLog {
  const transfers = recordsOf('hismall_dev_tx.csv').map((row): Transfer => ({
    from: row['from_acct'] ?? '', to: row['to_acct'] ?? '', ring: row['ring_id'] ?? null,
    yuan: (Number(row['amount']) / (PER_DOLLAR[row['currency'] ?? ''] ?? Number.NaN)) * (PER_DOLLAR['Yuan'] ?? 0),
    day: Math.round((Date.parse(`${(row['timestamp'] ?? '').slice(0, 10).replaceAll('/', '-')}T00:00:00Z`) - Date.parse('2022-09-01T00:00:00Z')) / DAY_MILLISECONDS),
  }));
  return { transfers, loops: recordsOf('hismall_dev_rings.csv').filter(({ family }) => family === 'CYCLE').map((row) => row['ring_id'] ?? '') };
}

/** Alerts of a public simulator inside its background of 720 days; amounts without a unit, taken as thousands of yuan. A loop is an alert for the reason cycle. */
export function simulatedAlerts(): RingLog {
  const transfers = recordsOf('amlsim1k_dev_tx.csv').map((row): Transfer => ({
    from: row['from_acct'] ?? '', to: row['to_acct'] ?? '', yuan: 1000 * Number(row['amount']), day: Number(row['step']), ring: row['alert_id'] === '-1' ? null : (row['alert_id'] ?? null),
  }));
  const loops = recordsOf('amlsim1k_dev_alert_members.csv').filter(({ reason }) => reason === 'cycle').map((row) => row['alertID'] ?? '');
  return { transfers, loops: [...new Set(loops)] };
}

/** The accounts of a labelled loop in the order of its transfers, or undefined where the log does not hold all of them. */
export function realisedLoop(log: RingLog, ring: string): { readonly accounts: readonly string[]; readonly transfers: readonly Transfer[] } | undefined {
  const leaving = new Map(log.transfers.filter((transfer) => transfer.ring === ring).map((transfer) => [transfer.from, transfer]));
  const [first] = leaving.keys();
  const transfers: Transfer[] = [];
  for (let at = first; at !== undefined && transfers.length < leaving.size; at = transfers.at(-1)?.to) {
    const transfer = leaving.get(at);
    if (transfer === undefined) return undefined;
    transfers.push(transfer);
  }
  return transfers.at(-1)?.to === first ? { accounts: transfers.map(({ from }) => from), transfers } : undefined;
}
