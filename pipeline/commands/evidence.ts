import type { Command } from 'commander';
import type { Row } from '../engine/engine.ts';
import { readEvidence, type Evidence } from '../explain/read-evidence.ts';
import { catalogueEntry, readCatalogue, type CatalogueEntry } from '../snapshot/catalogue.ts';
import { openSnapshot } from '../snapshot/open-snapshot.ts';
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
      const snapshot = await openSnapshot(options.out);
      try {
        const evidence = await readEvidence(snapshot, taxpayerId.toUpperCase(), code);
        openTerminal({ json: options.json }).result(evidence, () => render(evidence, catalogueEntry(readCatalogue(snapshot), code)));
      } finally {
        await snapshot.close();
      }
    });
}

function render({ rows, sql }: Evidence, { code, name, evidence }: CatalogueEntry): string {
  const columns = evidence.columns.map((column) => ({
    title: `${column.title.zh} ${column.name}`,
    value: (row: Row) => (row[column.name] === null || row[column.name] === undefined ? '' : String(row[column.name])),
  }));
  const table = rows.length === 0 ? '没有证据行 no evidence rows' : renderTable(rows, columns, 40);
  return `${code} ${name.zh} ${name.en}（${evidence.order.zh}）\n${table}\n\n-- SQL\n${sql}`;
}
