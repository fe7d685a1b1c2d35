import type { Command } from 'commander';
import { evidenceSql } from '../../indicators/loader/evidence.ts';
import { indicatorByCode, loadIndicators } from '../../indicators/loader/load.ts';
import type { Indicator } from '../../indicators/loader/schema.ts';
import { sqlText } from '../engine/sql-text.ts';
import type { Row } from '../engine/engine.ts';
import { VatRiskError } from '../shared/errors.ts';
import { openSnapshot, type Snapshot } from '../snapshot/open-snapshot.ts';
import { openTerminal, renderTable } from './terminal.ts';

/** `vatrisk evidence`: the rows behind one indicator of one taxpayer, at most 200 per claim under test, with the SQL that returns them. */
export function registerEvidence(program: Command): void {
  program
    .command('evidence')
    .description('某项疑点背后的发票与申报 / the rows behind one indicator, with the SQL that returns them')
    .argument('<taxpayer_id>', '纳税人识别号 / taxpayer id')
    .argument('<code>', '指标编码 / indicator code')
    .requiredOption('--out <dir>', 'output folder of the runs')
    .option('--json', 'JSON even at a terminal')
    .addHelpText('after', '\nExamples:\n  vatrisk evidence 91530100MA6K000013 VR-22 --out out\n  vatrisk evidence 91530100MA6K000013 VR-16 --out out --json')
    .action(async (taxpayerId: string, code: string, options: { out: string; json?: boolean }) => {
      const indicator = indicatorByCode(loadIndicators(), code.toUpperCase());
      const snapshot = await openSnapshot(options.out);
      try {
        const evidence = await readEvidence(snapshot, taxpayerId.toUpperCase(), indicator);
        openTerminal({ json: options.json }).result(evidence, () => render(evidence.rows, indicator, evidence.sql));
      } finally {
        await snapshot.close();
      }
    });
}

/** Evidence rows of one indicator for one taxpayer, from the files of a snapshot. Throws TAXPAYER_UNKNOWN. */
export async function readEvidence(snapshot: Snapshot, taxpayerId: string, indicator: Indicator) {
  const [found] = await snapshot.engine.rows<{ taxpayer_key: number }>(`select taxpayer_key from taxpayers where taxpayer_id = ${sqlText(taxpayerId)}`);
  if (found === undefined) {
    throw new VatRiskError('TAXPAYER_UNKNOWN', `The current snapshot (${snapshot.runId}) has no such taxpayer; check the id, or whether it was in the delivery.`);
  }
  const sql = evidenceSql(indicator, `s.taxpayer_key = ${found.taxpayer_key}`, snapshot.manifest.config.indicators);
  const rows = await snapshot.engine.rows(sql);
  return { asOf: snapshot.manifest.as_of, snapshotId: snapshot.runId, taxpayer_id: taxpayerId, code: indicator.code, rows, sql };
}

function render(rows: readonly Row[], indicator: Indicator, sql: string): string {
  const columns = Object.entries(indicator.evidence.columns).map(([name, title]) => ({
    title: `${title.zh} ${name}`,
    value: (row: Row) => (row[name] === null || row[name] === undefined ? '' : String(row[name])),
  }));
  const table = rows.length === 0 ? '没有证据行 no evidence rows' : renderTable(rows, columns, 40);
  return `${indicator.code} ${indicator.name.zh} ${indicator.name.en}（${indicator.evidence.order.zh}）\n${table}\n\n-- SQL\n${sql}`;
}
