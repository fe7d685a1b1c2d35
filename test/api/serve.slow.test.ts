import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { scratchFolder } from '../support/audit.ts';
import { jsonOf, runCli, startCli } from '../support/cli.ts';
import { INSIDE } from '../support/crossing-night.ts';
import { sampleRun } from '../support/sample-run.ts';

let out: string;
beforeAll(async () => { out = await sampleRun(); });

/** `vatrisk serve` as a service manager starts it, once it says where it listens. */
async function serve(state: string, ...more: readonly string[]) {
  const process = startCli(['serve', '--out', out, '--port', '0', '--set', `serve.state_directory=${state}`, ...more]);
  onTestFinished(async () => {
    process.child.kill('SIGKILL');
    await process.ended;
  });
  const said = await new Promise<string>((resolve, reject) => {
    process.child.stdout!.once('data', (text: string) => { resolve(text); });
    void process.ended.then(({ stderr }) => { reject(new Error(stderr)); });
  });
  return { ...process, url: (JSON.parse(said) as { url: string }).url };
}

async function tokenOf(state: string): Promise<Record<string, string>> {
  const made = await runCli('token', 'create', '--out', out, '--set', `serve.state_directory=${state}`, '--name', 'test', '--role', 'inspector', '--region', '*', '--days', '1', '--json');
  return { authorization: `Bearer ${(jsonOf(made) as { token: string }).token}`, 'content-type': 'application/json' };
}

describe('vatrisk serve', () => {
  it('refuses a network without TLS, and half a pair of TLS files, as wrong usage', async () => {
    const state = scratchFolder();
    for (const options of [['--host', '0.0.0.0'], ['--host', '0.0.0.0', '--tls-cert', 'cert.pem']]) {
      const { code, stderr, stdout } = await runCli('serve', '--out', out, '--port', '0', '--set', `serve.state_directory=${state}`, ...options);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('TLS');
    }
  });

  it('answers, refuses a second one on its state and a port that is taken, and ends with 0 when it is asked to', async () => {
    const state = scratchFolder();
    const headers = await tokenOf(state);
    const server = await serve(state);
    expect((await fetch(`${server.url}/api/v1/taxpayers/${INSIDE}/risk`, { headers })).status).toBe(200);
    const second = await runCli('serve', '--out', out, '--port', '0', '--set', `serve.state_directory=${state}`);
    expect(second.code).not.toBe(0);
    expect(second.stderr).toContain(`process ${String(server.child.pid)}`);
    const taken = await runCli('serve', '--out', out, '--port', new URL(server.url).port, '--set', `serve.state_directory=${scratchFolder()}`);
    expect([taken.code, taken.stderr.includes('cannot be listened on')]).toEqual([2, true]);
    const underWay = Array.from({ length: 20 }, () => fetch(`${server.url}/api/v1/taxpayers/search`, { method: 'POST', headers, body: JSON.stringify({ limit: 200, count: true }) }));
    await Promise.all(underWay.slice(0, 1));
    server.child.kill('SIGTERM');
    const answers = await Promise.all(underWay);
    expect(answers.map(({ status }) => status).filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(await server.ended).toMatchObject({ code: 0, signal: null });
    expect(server.stderrSoFar()).not.toContain(INSIDE);
  });

  it('killed in the middle of an export begins again, tells it as interrupted, and keeps nothing of it but that', async () => {
    const state = scratchFolder();
    const headers = await tokenOf(state);
    const first = await serve(state);
    const order = async () => (await (await fetch(`${first.url}/api/v1/exports`, { method: 'POST', headers, body: JSON.stringify({ purpose: 'case 2026-1187' }) })).json()) as { id: string };
    const jobs = [await order(), await order()];
    first.child.kill('SIGKILL');
    await first.ended;
    const again = await serve(state);
    for (const { id } of jobs) {
      expect(await (await fetch(`${again.url}/api/v1/exports/${id}`, { headers })).json()).toMatchObject({ status: 'failed', error: { code: 'INTERRUPTED' } });
      expect(readdirSync(join(state, 'exports', id)).filter((file) => file === 'order.json')).toEqual([]);
    }
    again.child.kill('SIGTERM');
    expect((await again.ended).code).toBe(0);
    expect((await runCli('audit', 'verify', '--out', out, '--set', `serve.state_directory=${state}`)).code).toBe(0);
  });

  it('ends a request that never comes to its end, and serves others meanwhile', { timeout: 120_000 }, async () => {
    const server = await serve(scratchFolder(), '--set', 'serve.request_timeout_seconds=1');
    const { port } = new URL(server.url);
    const dripping = new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), '127.0.0.1', () => { socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n'); });
      const drip = setInterval(() => { socket.write('X-A: b\r\n'); }, 1000);
      socket.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('error', reject).on('close', () => {
        clearInterval(drip);
        resolve(text);
      });
    });
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    expect(await dripping).toMatch(/^HTTP\/1\.1 4\d\d /u);
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  });
});
