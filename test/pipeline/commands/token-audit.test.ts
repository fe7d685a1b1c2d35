import { Command } from 'commander';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { AuditRecord } from '../../../api/audit/record.ts';
import type { Head } from '../../../api/audit/seal.ts';
import type { VerifyReport } from '../../../api/audit/verify.ts';
import { createAuthenticator } from '../../../api/identity/authenticate.ts';
import { registerAudit } from '../../../pipeline/commands/audit.ts';
import { registerToken } from '../../../pipeline/commands/token.ts';
import { loadServeSettings } from '../../../pipeline/config/load-config.ts';
import { VatRiskError } from '../../../pipeline/shared/errors.ts';
import { recordsOf, scratchFolder } from '../../support/audit.ts';
import { runCli, type CliResult } from '../../support/cli.ts';

const jsonOf = ({ stdout }: { stdout: string }) => JSON.parse(stdout) as unknown;
const CREATE = ['--name', 'case system', '--role', 'reviewer', '--role', 'operator', '--region', '5301', '--region', '53'];

/** A command in this process: starting one costs more than all these commands do. Its exit code is that of its error, as in cli.ts. */
async function runHere(words: readonly string[]): Promise<Pick<CliResult, 'code' | 'stdout' | 'stderr'>> {
  const said = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) => vi.spyOn(process[name], 'write').mockImplementation((text) => {
    said[name] += String(text);
    return true;
  }));
  const program = new Command('vatrisk').exitOverride();
  registerToken(program);
  registerAudit(program);
  for (const command of program.commands.flatMap((one) => one.commands)) command.exitOverride();
  try {
    await program.parseAsync(words, { from: 'user' });
    return { ...said, code: 0 };
  } catch (error) {
    if (!(error instanceof VatRiskError)) throw error;
    return { stdout: said.stdout, stderr: [said.stderr, error.code, error.message, ...error.details].join('\n'), code: error.exitCode };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

function world() {
  const out = scratchFolder();
  const run = (command: string, ...args: string[]) => runHere([...command.split(' '), '--out', out, ...args]);
  const streams = join(out, 'serve', 'audit');
  const log = () => join(streams, 'local', readdirMonth());
  const readdirMonth = () => `${recordsOf(streams, 'local')[0]?.at.slice(0, 7) ?? ''}.jsonl`;
  return { out, run, streams, log, state: join(out, 'serve') };
}

describe('vatrisk token', () => {
  it('makes a token that lets a system in, shows it once, lists and revokes it, and records all of it', async () => {
    const { run, streams, state } = world();
    const made = await run('token create', ...CREATE, '--days', '30');
    expect(made.code, made.stderr).toBe(0);
    const { token, id, grants } = jsonOf(made) as { token: string; id: string; grants: unknown };
    expect(grants).toEqual([{ roles: ['reviewer', 'operator'], regions: ['5301', '53'] }]);
    expect(made.stderr).toMatch(/只显示这一次/u);
    expect(made.stderr).not.toContain(token);
    const authenticator = async () => createAuthenticator({ settings: await loadServeSettings(), stateDirectory: state, clock: () => new Date() });
    expect(await (await authenticator())(`Bearer ${token}`)).toMatchObject({ id, kind: 'system' });

    const listed = await run('token list');
    expect(jsonOf(listed)).toMatchObject([{ id, name: 'case system', state: 'active' }]);
    expect(listed.stdout).not.toMatch(/vr_|hash/u);

    expect((await run('token revoke', id)).code).toBe(0);
    await expect((await authenticator())(`Bearer ${token}`)).rejects.toMatchObject({ reason: 'token-revoked' });
    expect((await run('token revoke', id)).code).toBe(2);
    expect((await run('audit show', '--stream', 'locla')).stderr).toContain('there are local');

    const shown = jsonOf(await run('audit show', '--stream', 'local', '--object', id)) as AuditRecord[];
    expect(shown).toMatchObject([{ action: 'token.create', reason: 'reviewer+operator @ 5301+53' }, { action: 'token.revoke' }, { action: 'audit.read' }]);
    expect(shown[0]?.actor).toMatch(/^local:\S+/u);
    expect(recordsOf(streams, 'local').at(-1)).toMatchObject({ action: 'audit.read', object_id: id, purpose: 'local' }); // reading is recorded, too
    for (const file of ['tokens.json', 'audit.key']) expect(statSync(join(state, file)).mode & 0o777, file).toBe(0o600);
  });

  it('makes none without a record of it', async () => {
    const { run, state } = world();
    mkdirSync(state);
    writeFileSync(join(state, 'audit'), 'no folder');
    const made = await run('token create', ...CREATE);
    expect([made.code, made.stdout]).toEqual([7, '']);
    expect(made.stderr).toContain('AUDIT_UNAVAILABLE');
    expect(existsSync(join(state, 'tokens.json'))).toBe(false);
  });

  it('makes none for two administrators in one or for words that are not known', async () => {
    const { run, state } = world();
    const both = await run('token create', '--name', 'x', '--role', 'system_admin', '--role', 'audit_admin', '--region', '*');
    expect([both.code, both.stdout]).toEqual([2, '']);
    expect(both.stderr).toContain('audit_admin together with system_admin');
    const unknown = await run('token create', '--name', 'x', '--role', 'root', '--region', '53x');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/"root" is not known[\s\S]*"53x" is not known/u);
    expect(existsSync(join(state, 'tokens.json'))).toBe(false);
  });
});

describe('vatrisk audit', () => {
  it('verifies a whole log with exit 0, a changed one with exit 8, file and line; a cut end by seal or noted head', async () => {
    const { out, run, log } = world();
    const sealFile = join(out, 'seals.jsonl');
    const withSeal = ['--set', `serve.audit_seal_file=${sealFile}`];
    await run('token create', ...CREATE);
    const sealed = jsonOf(await run('audit seal', ...withSeal)) as Head[];
    expect(sealed).toMatchObject([{ stream: 'local', seq: 2 }]);
    const whole = await run('audit verify', ...withSeal);
    expect(whole.code, whole.stderr).toBe(0);
    expect((jsonOf(whole) as VerifyReport).streams).toMatchObject([{ stream: 'local', records: 2, heads_found: 1, first_break: null }]);

    const text = readFileSync(log(), 'utf8');
    writeFileSync(log(), text.replace('token.create', 'token.revoke'));
    const broken = await run('audit verify');
    expect(broken.code).toBe(8);
    expect(broken.stderr).toMatch(/AUDIT_BROKEN[\s\S]*local\/\d{4}-\d{2}\.jsonl:1: record 1 is not linked/u);
    const shown = await run('audit show', '--stream', 'local');
    expect([shown.code, jsonOf(shown)]).toEqual([8, []]);

    const first = `${text.split('\n')[0] ?? ''}\n`;
    writeFileSync(log(), first);
    expect((await run('audit verify', '--stream', 'local', '--expect-seq', '2', '--expect-hash', sealed[0]!.hash)).stderr).toContain('its end was cut off');
    writeFileSync(log(), first);
    const cut = await run('audit verify', ...withSeal);
    expect(cut.code).toBe(8);
    expect(cut.stderr).toContain('record 2 is noted in line 1 of the seal file');
    writeFileSync(log(), first);
    expect((await run('audit verify')).code).toBe(0); // as documented: a chain alone does not show a cut
  });

  it('leaves nothing behind in a folder without records', async () => {
    const { run, state } = world();
    expect(jsonOf(await run('token list'))).toEqual([]);
    for (const command of ['audit verify', 'audit show', 'audit seal --set serve.audit_seal_file=/tmp/none']) {
      const result = await run(command);
      expect([result.code, result.stdout]).toEqual([7, '']);
      expect(result.stderr).toContain('no audit records');
    }
    expect(existsSync(state)).toBe(false);
  });

  it.each([
    ['audit verify', '--from', '2026-1'],
    ['audit verify', '--expect-seq', '3'],
    ['audit show', '--limit', '0'],
    ['audit show', '--from', 'yesterday'],
    ['audit seal', '--json', '--set=drift.gate=off'],
  ])('refuses %s %s %s as wrong usage', async (...[command, ...words]) => {
    const { run } = world();
    expect((await run(command, ...words)).code).toBe(2);
  });
});

describe('from outside', () => {
  it('exit code 8 and the place reach the scheduler', async () => {
    const { out, run, log } = world();
    await run('token create', ...CREATE);
    writeFileSync(log(), readFileSync(log(), 'utf8').replace('"rows":0', '"rows": 0'));
    const result = await runCli('audit', 'verify', '--out', out);
    expect(result.code).toBe(8);
    expect(result.stderr).toMatch(/\[AUDIT_BROKEN\] .*\n {2}- \/.*\/serve\/audit\/local\/\d{4}-\d{2}\.jsonl:1: no record as it was written/u);
  });
});

describe('help', () => {
  it('shows two examples for every command, Chinese first', () => {
    const program = new Command('vatrisk');
    registerToken(program);
    registerAudit(program);
    const commands = program.commands.flatMap((command) => [command, ...command.commands]);
    expect(commands.map((command) => command.name())).toEqual(['token', 'create', 'list', 'revoke', 'audit', 'verify', 'seal', 'show']);
    for (const command of commands) {
      let text = '';
      command.configureOutput({ writeOut: (part) => { text += part; } }).outputHelp();
      expect(text.match(/^ {2}vatrisk (?:token|audit) .*--out out/gmu), command.name()).toHaveLength(2);
      expect(command.description()).toMatch(/^\p{Script=Han}.*\/ [a-z]/u);
    }
  });
});
