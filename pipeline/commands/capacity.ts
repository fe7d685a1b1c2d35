import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readOutcomes } from '../calibrate/read-outcomes.ts';
import { capacityReport, type CapacityReport, type Precision } from '../capacity/capacity-report.ts';
import { readOfficers } from '../capacity/read-officers.ts';
import type { Shares } from '../capacity/worth.ts';
import { VatRiskError } from '../shared/errors.ts';
import { openSnapshot } from '../snapshot/open-snapshot.ts';
import { openTerminal, renderTable, yuan } from './terminal.ts';

export interface CapacityOptions {
  readonly out: string;
  readonly officers: string;
  readonly labels?: string;
  readonly json?: boolean;
}

/** `vatrisk capacity`: which doubts the officers of each region can take, and where officers would find most. */
export function registerCapacity(program: Command): void {
  program
    .command('capacity')
    .description('按各地人手划定待核名单与分数线 / queues and cut-off scores that fill the desks of each region')
    .requiredOption('--out <dir>', 'output folder of the runs')
    .requiredOption('--officers <file>', '各地人手 / CSV: region,officers,cases_per_officer; a region is the beginning of district codes')
    .option('--labels <file>', '复核结果 / outcomes: taxpayer_id,label[,…]')
    .option('--json', 'JSON even at a terminal')
    .addHelpText('after', '\nExamples:\n  vatrisk capacity --out out --officers officers.csv\n  vatrisk capacity --out out --officers officers.csv --labels reviewed.csv --json | jq .placement')
    .action(async (options: CapacityOptions, command: Command) => {
      const terminal = openTerminal({ json: options.json, color: command.optsWithGlobals<{ color?: boolean }>().color });
      const report = await readCapacity(options);
      terminal.result(report, () => render(report));
    });
}

/** The report on the current snapshot. Throws SNAPSHOT_OLD when it kept no expected shares. */
export async function readCapacity(options: CapacityOptions): Promise<CapacityReport & { readonly snapshotId: string; readonly asOf: string }> {
  const snapshot = await openSnapshot(options.out);
  try {
    const shares = (snapshot.manifest.scoring as { expected_share?: Shares } | undefined)?.expected_share;
    if (shares === undefined) throw new VatRiskError('SNAPSHOT_OLD', `Snapshot ${snapshot.runId} was published by a version that kept no expected shares; run the night again.`);
    const officers = await readOfficers(snapshot.engine, resolve(options.officers));
    const labels = options.labels === undefined ? null : await readOutcomes(snapshot.engine, resolve(options.labels));
    return { snapshotId: snapshot.runId, asOf: snapshot.manifest.as_of, ...(await capacityReport(snapshot.engine, officers, shares, labels?.outcomes ?? null)) };
  } finally {
    await snapshot.close();
  }
}

function render({ regions, none, by_officers: byOfficers, placement, has_labels: hasLabels }: CapacityReport): string {
  const worth = placement.measured_in === 'expected_yuan' ? '预期金额 expected yuan' : '预期属实户数 expected confirmed';
  return [
    renderTable(regions, [
      { title: '地区 region', value: ({ region }) => region },
      { title: '可办 desks', value: ({ desks }) => String(desks), right: true },
      { title: '线索 queued', value: ({ queued }) => String(queued), right: true },
      { title: '取 taken', value: ({ taken }) => String(taken), right: true },
      { title: '高/中/低', value: ({ taken_by_level: { high, medium, low } }) => `${high}/${medium}/${low}`, right: true },
      { title: '分数线 cut', value: ({ cut_score: cut }) => cut?.toFixed(1) ?? '—', right: true },
      { title: '同分未取 tied left', value: ({ tied_left: tied }) => String(tied), right: true },
      { title: '空闲 unused', value: ({ unused_desks: unused }) => String(unused), right: true },
      { title: '已取金额 yuan taken', value: ({ taken_yuan: amount }) => yuan(amount), right: true },
      { title: '未取金额 yuan left', value: ({ left_yuan: amount }) => yuan(amount), right: true },
      ...(hasLabels ? [{ title: '属实率 precision', value: ({ inside }: { inside: Precision }) => precisionText(inside), right: true }] : []),
    ]),
    '空闲：线索少于可办数时不补取无疑点户 / unused: where desks outnumber doubts, nobody without doubts is taken',
    `不属任何地区 in no region: ${none.taxpayers} 户，线索 queued ${none.queued}，${yuan(none.queued_yuan)} 元`,
    '',
    renderTable(byOfficers, [
      { title: '人手 officers', value: ({ percent_of_officers: percent }) => `${percent}%`, right: true },
      { title: '取 taken', value: ({ taken }) => String(taken), right: true },
      { title: '金额 yuan', value: ({ taken_yuan: amount }) => yuan(amount), right: true },
      ...(hasLabels ? [{ title: '属实率 precision', value: ({ inside }: { inside: Precision }) => precisionText(inside), right: true }] : []),
    ]),
    '',
    renderTable(placement.regions, [
      { title: '地区 region', value: ({ region }) => region },
      { title: '现有人手 officers', value: ({ officers }) => String(officers), right: true },
      { title: '建议 best', value: ({ best_officers: best }) => String(best), right: true },
    ]),
    `${worth}: ${yuan(placement.given_worth)} → ${yuan(placement.best_worth)}（+${yuan(placement.gain)}）`,
  ].join('\n');
}

function precisionText({ precision }: Precision): string {
  return precision === null ? '—' : `${(100 * precision.share).toFixed(0)}% (${(100 * precision.low).toFixed(0)}–${(100 * precision.high).toFixed(0)})`;
}
