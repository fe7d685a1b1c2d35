import { Option, type Command } from 'commander';
import { drawRing } from '../ring-picture/draw-svg.ts';
import { openSnapshot } from '../snapshot/open-snapshot.ts';
import { readRing, type Ring } from '../snapshot/read-ring.ts';
import { renderRing } from './render-ring.ts';
import { openTerminal } from './terminal.ts';
import { writeResultFile } from './write-result.ts';

/** `vatrisk ring`: one ring from the current snapshot: its members with roles and its trade in order, or a picture of both. */
export function registerRing(program: Command): void {
  program
    .command('ring')
    .description('一个团伙线索：成员、角色、交易顺序、金额、日期 / one ring: members with roles, ordered hops, amounts, dates')
    .argument('<ring_id>', '团伙编号 / ring id')
    .requiredOption('--out <dir>', 'output folder of the runs')
    .addOption(new Option('--json', 'JSON even at a terminal').conflicts('svg'))
    .option('--svg <file>', 'draw the ring into an SVG file / 画成 SVG 图')
    .addHelpText('after', '\nExamples:\n  vatrisk ring R-7c1f0a92 --out out\n  vatrisk ring R-7c1f0a92 --out out --svg ring.svg')
    .action(async (ringId: string, options: { out: string; json?: boolean; svg?: string }) => {
      const terminal = openTerminal({ json: options.json });
      const snapshot = await openSnapshot(options.out);
      try {
        const ring = await readRing(snapshot, ringId);
        if (options.svg === undefined) {
          terminal.result(ring, () => renderRing(ring));
          return;
        }
        const written = writePicture(ring, options.svg);
        terminal.result(written, () => `已写入 written  ${written.svg}（画出 ${written.members_drawn} 户，未画 ${written.members_left_out} 户）`);
      } finally {
        await snapshot.close();
      }
    });
}

/** Writes the picture of a ring, whole or not at all. Throws DISK_FAILED when the file cannot be written. */
export function writePicture(ring: Ring, file: string) {
  const { svg, drawn, leftOut } = drawRing(ring);
  writeResultFile(file, svg);
  return { asOf: ring.asOf, snapshotId: ring.snapshotId, ring_id: ring.ring.ring_id, svg: file, members_drawn: drawn, members_left_out: leftOut };
}
