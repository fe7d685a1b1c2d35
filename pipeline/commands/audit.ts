import { Option, type Command } from 'commander';
import { join } from 'node:path';
import { findEnd } from '../../api/audit/open-tail.ts';
import { fileSeal, type Head } from '../../api/audit/seal.ts';
import { listStreams, verifyAll, type VerifyReport } from '../../api/audit/verify.ts';
import { VatRiskError } from '../shared/errors.ts';
import { showAudit, type ShowOptions } from './audit-show.ts';
import { openState, requireRecords, withLocalAudit, withState, type LocalEvent, type StateOptions, type StatePlace } from './local-audit.ts';
import { openTerminal, renderTable } from './terminal.ts';

interface VerifyOptions extends StateOptions {
  readonly from?: string;
  readonly to?: string;
  readonly stream: string;
  readonly expectSeq?: string;
  readonly expectHash?: string;
}

/** `vatrisk audit …`: the log of who did what, and the proof that nobody changed it. */
export function registerAudit(program: Command): void {
  const audit = program.command('audit').description('审计日志 / the log of who did what').addHelpText('after', '\nExamples:\n  vatrisk audit verify --out out\n  vatrisk audit show --out out --action taxpayer.read --limit 20');
  withState(audit.command('verify').description('校验审计链，断裂时退出码 8 / verify the chain; exit 8 at the first break'))
    .option('--from <YYYY-MM>', '起始月份 / first month; needed where older months were archived')
    .option('--to <YYYY-MM>', '截止月份 / last month')
    .option('--stream <name>', 'stream of --expect-seq', 'api')
    .addOption(new Option('--expect-seq <n>', '另处记下的序号 / number of a record noted elsewhere').conflicts(['from', 'to']))
    .option('--expect-hash <hash>', '另处记下的哈希 / its hash')
    .addHelpText('after', `\nA chain alone does not show that its end was cut: that needs serve.audit_seal_file or a head noted elsewhere.\n\nExamples:\n  vatrisk audit verify --out out --config vatrisk.yaml\n  vatrisk audit verify --out out --expect-seq 48213 --expect-hash ${'9f'.repeat(4)}…`)
    .action(verify);
  withState(audit.command('seal').description('封存各链末端 / note the head of every stream in serve.audit_seal_file'))
    .addHelpText('after', '\nExamples:\n  vatrisk audit seal --out out --config vatrisk.yaml\n  vatrisk audit seal --out out --set serve.audit_seal_file=/mnt/worm/vatrisk-seals.jsonl')
    .action(seal);
  withState(audit.command('show').description('查阅记录 / records, the newest last; reading them is recorded, too'))
    .option('--stream <name>', 'api, or local for the command line', 'api')
    .option('--actor <id>', '操作者 / who')
    .option('--action <action>', '操作 / what, such as taxpayer.read')
    .option('--object <id>', '对象编号，纳税人按密钥哈希查找 / of which object; a taxpayer is found by keyed hash')
    .option('--from <day>', '起始日或月（UTC）/ first day or month, UTC')
    .option('--to <day>', '截止日或月（UTC）/ last day or month, UTC')
    .option('--limit <n>', '最多条数 / at most so many, the newest', '50')
    .addHelpText('after', '\nExamples:\n  vatrisk audit show --out out --object 91530100MA6K000013 --from 2026-11\n  vatrisk audit show --out out --stream local --action token.create --json')
    .action((options: ShowOptions) => showAudit(options));
}

async function verify(options: VerifyOptions): Promise<void> {
  const expected = expectedOf(options);
  for (const month of [options.from, options.to]) if (month !== undefined && !/^\d{4}-(?:0[1-9]|1[0-2])$/u.test(month)) throw new VatRiskError('USAGE', `--from and --to are months such as 2026-11; found ${month}.`);
  const state = await openState(options);
  const sealFile = state.settings.audit_seal_file;
  if (sealFile === undefined) await requireRecords(state);
  const report = await verifyAll({ directory: state.auditDirectory, key: state.key(), from: options.from, to: options.to, sealFile, ...(expected === undefined ? {} : { expected }) });
  const breaks = [...report.streams.flatMap(({ first_break }) => (first_break === null ? [] : [first_break])), ...report.seal_breaks];
  const event: LocalEvent = { action: 'audit.verify', object_type: 'audit_log', object_id: '', outcome: breaks.length > 0 ? 'failed' : 'done', reason: breaks.length > 0 ? 'the chain is broken' : '' };
  const kept = await withLocalAudit(state, (record) => record(event)).catch((error: unknown) => error);
  if (kept instanceof Error && breaks.length === 0) throw kept; // a break is told even where the log cannot be written any more
  openTerminal(options).result(report, () => renderReport(report));
  if (breaks.length === 0) return;
  throw new VatRiskError('AUDIT_BROKEN', 'The audit log is not what was written. Keep its folder as evidence, and find out who could write to it.', {
    details: breaks.map(({ file, line, what }) => `${file}${line > 0 ? `:${line}` : ''}: ${what}`),
  });
}

function expectedOf({ stream, expectSeq, expectHash }: VerifyOptions) {
  if (expectSeq === undefined && expectHash === undefined) return undefined;
  const seq = Number(expectSeq);
  if (!Number.isSafeInteger(seq) || seq < 1 || !/^[0-9a-f]{64}$/u.test(expectHash ?? '')) {
    throw new VatRiskError('USAGE', '--expect-seq and --expect-hash go together: the number of a record and its hash, 64 hexadecimal digits.');
  }
  return { stream, seq, hash: expectHash ?? '', at: '', where: '--expect-seq' };
}

async function seal(options: StateOptions): Promise<void> {
  const state: StatePlace = await openState(options);
  const file = state.settings.audit_seal_file;
  if (file === undefined) throw new VatRiskError('CONFIG_INVALID', 'serve.audit_seal_file is not set; name a file on another machine or on write-once storage.');
  await requireRecords(state);
  const heads = await withLocalAudit(state, async (record) => {
    await record({ action: 'audit.seal', object_type: 'audit_log', object_id: '' });
    const sealed: Head[] = [];
    for (const stream of (await listStreams(state.auditDirectory)).sort()) {
      const { seq, hash } = await findEnd(join(state.auditDirectory, stream), state.key());
      const head = { stream, seq, hash, at: state.clock().toISOString() };
      if (seq > 0) await fileSeal(file, state.key()).append(head);
      sealed.push(head);
    }
    return sealed;
  });
  openTerminal(options).result(heads, () => renderTable(heads, [{ title: '链 stream', value: (head) => head.stream }, { title: '序号 seq', value: (head) => String(head.seq), right: true }, { title: '哈希 hash', value: (head) => head.hash }], 64));
}

function renderReport({ streams }: VerifyReport): string {
  return renderTable(streams, [
    { title: '链 stream', value: ({ stream }) => stream },
    { title: '结果 result', value: ({ first_break }) => (first_break === null ? '完整 whole' : '断裂 broken') },
    { title: '记录 records', value: ({ records }) => String(records), right: true },
    { title: '末端 head', value: ({ head }) => String(head.seq), right: true },
    { title: '时间 at', value: ({ head }) => head.at },
    { title: '封存 seals', value: ({ heads_found }) => String(heads_found), right: true },
    { title: '哈希 hash', value: ({ head }) => head.hash },
  ], 64);
}
