import type { Command } from 'commander';
import { LONGEST_DAYS, listTokens, prepareRevocation, prepareToken, type TokenView } from '../../api/identity/tokens.ts';
import { collect, openState, withLocalAudit, withState, type LocalEvent, type StateOptions } from './local-audit.ts';
import { openTerminal, renderTable } from './terminal.ts';

interface CreateOptions extends StateOptions {
  readonly name: string;
  readonly role: readonly string[];
  readonly region: readonly string[];
  readonly days: string;
}

/** `vatrisk token …`: tokens of systems that call the API. */
export function registerToken(program: Command): void {
  const token = program.command('token').description('接口令牌 / tokens of systems that call the API').addHelpText('after', '\nExamples:\n  vatrisk token create --out out --name case-system --role reviewer --region 5301\n  vatrisk token list --out out');
  withState(token.command('create').description('新建令牌，只显示一次 / make a token; it is shown once'))
    .requiredOption('--name <name>', '用途 / which system uses it')
    .requiredOption('--role <role>', '角色，可重复 / role, may be repeated', collect)
    .requiredOption('--region <prefix>', '行政区划代码前缀，可重复，* 为全部 / prefix of division codes, may be repeated, * for all', collect)
    .option('--days <n>', `有效天数 / days until it expires, at most ${LONGEST_DAYS}`, '90')
    .addHelpText('after', '\nExamples:\n  vatrisk token create --out out --name case-system --role reviewer --region 5301 --region 5303\n  vatrisk token create --out out --name warehouse --role risk_analyst --region 53 --days 30 --json | jq -r .token')
    .action(create);
  withState(token.command('list').description('全部令牌（不含令牌本身）/ every token, never the secret'))
    .addHelpText('after', '\nExamples:\n  vatrisk token list --out out\n  vatrisk token list --out out --json | jq \'.[] | select(.state == "active")\'')
    .action(list);
  withState(token.command('revoke').description('吊销令牌 / end a token at once').argument('<id>', 'tok_…, see vatrisk token list'))
    .addHelpText('after', '\nExamples:\n  vatrisk token revoke tok_1f2e3d4c --out out\n  vatrisk token revoke tok_1f2e3d4c --out out --config vatrisk.yaml')
    .action(revoke);
}

async function create(options: CreateOptions): Promise<void> {
  const state = await openState(options);
  const { token, view } = await withLocalAudit(state, async (record) => {
    const prepared = prepareToken(state, { name: options.name, grants: [{ roles: options.role, regions: options.region }], days: Number(options.days) });
    await keep(record, { action: 'token.create', object_type: 'token', object_id: prepared.view.id, reason: describe(prepared.view) }, prepared.keep);
    return prepared;
  });
  const terminal = openTerminal(options);
  terminal.log(`令牌只显示这一次，请存入密码保管处 / this token is shown only now; put it where secrets are kept: ${view.id}, ${describe(view)}, 有效至 valid until ${view.expires_at}`);
  terminal.result({ ...view, token }, () => token);
}

async function list(options: StateOptions): Promise<void> {
  const state = await openState(options);
  openTerminal(options).result(listTokens(state), () => renderTable(listTokens(state), [
    { title: '编号 id', value: ({ id }) => id },
    { title: '用途 name', value: ({ name }) => name },
    { title: '权限 grants', value: describe },
    { title: '新建 created', value: (row) => row.created_at.slice(0, 10) },
    { title: '到期 expires', value: (row) => row.expires_at.slice(0, 10) },
    { title: '状态 state', value: (row) => ({ active: '有效 active', expired: '已过期 expired', revoked: '已吊销 revoked' })[row.state] },
  ]));
}

async function revoke(id: string, options: StateOptions): Promise<void> {
  const state = await openState(options);
  prepareRevocation(state, id); // an unknown id is told before a log is made for it
  const view = await withLocalAudit(state, async (record) => {
    const prepared = prepareRevocation(state, id);
    await keep(record, { action: 'token.revoke', object_type: 'token', object_id: id }, prepared.keep);
    return prepared.view;
  });
  openTerminal(options).result(view, () => `已吊销 revoked  ${view.id}  ${view.name}`);
}

/** First the record, then the deed; a deed that failed after all is recorded, too. */
async function keep(record: (event: LocalEvent) => Promise<void>, event: LocalEvent, deed: () => void): Promise<void> {
  await record(event);
  try {
    deed();
  } catch (error) {
    await record({ ...event, outcome: 'failed', reason: 'the token store could not be written' });
    throw error;
  }
}

function describe({ grants }: TokenView): string {
  return grants.map(({ roles, regions }) => `${roles.join('+')} @ ${regions.join('+')}`).join('; ');
}
