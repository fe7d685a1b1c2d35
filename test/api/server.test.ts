import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { Agent, get as httpGet, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as httpsGet } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { auditDirectory, readAuditKey } from '../../api/audit/key.ts';
import { prepareToken } from '../../api/identity/tokens.ts';
import { startServer, type ServerOptions } from '../../api/server.ts';
import { loadServeSettings } from '../../pipeline/config/load-config.ts';
import type { ServeSettings } from '../../pipeline/config/serve-schema.ts';
import { tableOf } from '../support/access-world.ts';
import { recordsOf, scratchFolder } from '../support/audit.ts';
import { INSIDE } from '../support/crossing-night.ts';
import { sampleRun } from '../support/sample-run.ts';

let out: string;
beforeAll(async () => { out = await sampleRun(); });

async function optionsOf(changes: Partial<ServerOptions> = {}, settings: Partial<ServeSettings> = {}): Promise<ServerOptions> {
  return {
    outDirectory: out, stateDirectory: scratchFolder(), host: '127.0.0.1', port: 0, settings: { ...(await loadServeSettings()), ...settings }, version: 'test', now: () => Date.now(),
    logger: pino({ level: 'silent' }), isPlainAllowed: false, ...changes,
  };
}

async function started(changes: Partial<ServerOptions> = {}, settings: Partial<ServeSettings> = {}) {
  const options = await optionsOf(changes, settings);
  const key = readAuditKey(options.stateDirectory);
  const { token, keep } = prepareToken({ stateDirectory: options.stateDirectory, key: () => key, clock: () => new Date() }, { name: 'test', grants: [{ roles: ['inspector'], regions: ['*'] }], days: 1 });
  keep();
  const server = await startServer(options);
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= server.close());
  onTestFinished(close);
  return { ...server, options, close, authorization: `Bearer ${token}`, port: Number(new URL(server.url).port) };
}

interface Got { readonly status: number; readonly text: string; readonly headers: IncomingMessage['headers'] }
async function textOf(answer: IncomingMessage): Promise<Got> {
  let text = '';
  for await (const part of answer.setEncoding('utf8') as AsyncIterable<string>) text += part;
  return { status: answer.statusCode ?? 0, text, headers: answer.headers };
}
const get = (url: string, options: RequestOptions = {}) => new Promise<Got>((resolve, reject) => {
  httpGet(url, options, (answer) => { textOf(answer).then(resolve, reject); }).on('error', reject);
});

/** What a server says to bytes put on a connection. */
const said = (port: number, bytes: string) => new Promise<string>((resolve, reject) => {
  let text = '';
  const socket = connect(port, '127.0.0.1', () => { socket.write(bytes); });
  socket.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('close', () => { resolve(text); }).on('error', reject);
});

describe('where it listens', () => {
  it.each(['0.0.0.0', '::', '10.1.2.3', '127.evil.example'])('%s is refused without TLS, before anything is opened', async (host) => {
    const options = await optionsOf({ host });
    await expect(startServer(options)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('--tls-cert') });
    expect(existsSync(join(options.stateDirectory, 'audit'))).toBe(false);
  });

  it('a network behind a gateway, when told so', async () => {
    const { port } = await started({ host: '0.0.0.0', isPlainAllowed: true });
    expect((await get(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
  });

  it.skipIf(!existsSync('/usr/bin/openssl'))('with TLS, by a certificate of its own (needs openssl)', async () => {
    const folder = scratchFolder();
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' });
    const { port, url, authorization } = await started({ host: '0.0.0.0', tls: { cert: readFileSync(certFile), key: readFileSync(keyFile) } });
    expect(url).toMatch(/^https:/u);
    const answer = await new Promise<Got>((resolve, reject) => {
      httpsGet(`https://localhost:${port}/api/v1/taxpayers/${INSIDE}/risk`, { ca: readFileSync(certFile), family: 4, headers: { authorization } }, (got) => { textOf(got).then(resolve, reject); }).on('error', reject);
    });
    expect([answer.status, answer.headers['strict-transport-security']]).toEqual([200, expect.stringContaining('max-age=')]);
    await expect(get(`http://localhost:${port}/livez`, { family: 4 })).rejects.toThrow();
  });

  it('a port that is taken is told, and everything it had opened is let go', async () => {
    const first = await started();
    const options = await optionsOf({ port: first.port });
    await expect(startServer(options)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining(`127.0.0.1:${first.port}`) });
    expect(existsSync(join(auditDirectory(options.stateDirectory), 'api', 'writer.lock'))).toBe(false);
    const figures = await optionsOf({}, { metrics_port: first.port });
    await expect(startServer(figures)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('metrics_port') });
    expect(existsSync(join(auditDirectory(figures.stateDirectory), 'api', 'writer.lock'))).toBe(false);
    expect((await get(`${first.url}/livez`)).status).toBe(200);
  });

  it('a second server on the same state is refused, and the first goes on', async () => {
    const first = await started();
    await expect(startServer({ ...first.options, port: 0 })).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE', message: expect.stringContaining(`process ${process.pid}`) });
    expect((await get(`${first.url}/api/v1/taxpayers/${INSIDE}/risk`, { headers: { authorization: first.authorization } })).status).toBe(200);
  });
});

describe('figures', () => {
  it('stand on a port of their own, on the main one for this machine only, and name no taxpayer', async () => {
    const { url, metricsUrl, authorization } = await started({}, { metrics_port: 0 });
    for (const path of [`/taxpayers/${INSIDE}/risk`, '/taxpayers/unknown/risk', '/rings']) await get(`${url}/api/v1${path}`, { headers: { authorization } });
    await get(`${url}/nowhere/${INSIDE}`);
    const [own, main] = [await get(metricsUrl!), await get(`${url}/metrics`)];
    expect([own.status, main.status]).toEqual([200, 200]);
    expect(own.text).toContain('vatrisk_http_request_seconds_count{method="GET",route="/api/v1/taxpayers/:id/risk",status="200"} 1');
    expect(new URL(metricsUrl!).port).not.toBe(new URL(url).port);
    expect([(await get(metricsUrl!.replace('/metrics', '/'))).status, (await get(metricsUrl!.replace('/metrics', '/livez'))).status]).toEqual([404, 404]);
    expect((await get(`${url}/metrics`, { headers: { 'x-forwarded-for': '127.0.0.1' } })).status).toBe(404);
    const words = await tableOf<{ word: string }>(out, 'taxpayer_grades', 'select unnest([taxpayer_id, taxpayer_name]) as word from t');
    expect(words.filter(({ word }) => own.text.includes(word) || main.text.includes(word))).toEqual([]);
  });
});

describe('an answer', () => {
  it('bears the headers that keep it from being framed, sniffed, kept or told on', async () => {
    const { url, authorization } = await started();
    for (const path of [`/api/v1/taxpayers/${INSIDE}/risk`, '/api/v1/taxpayers/unknown/risk', '/livez', '/nowhere']) {
      const { headers } = await get(`${url}${path}`, { headers: { authorization } });
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'content-security-policy': expect.stringContaining("default-src 'none'") });
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect([headers['x-powered-by'], headers['server'], headers['strict-transport-security']]).toEqual([undefined, undefined, undefined]);
      if (path.startsWith('/api')) expect(headers['cache-control']).toContain('no-store');
    }
  });
});

describe('a request that is no request', () => {
  it('is answered below 500 and disturbs nobody', async () => {
    const { url, port } = await started({}, { body_limit_bytes: 1024 });
    const hostile = [
      `GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(40_000)}\r\n\r\n`, 'GARBAGE\r\n\r\n', 'GET /livez HTTP/9.9\r\nHost: x\r\n\r\n',
      'POST /api/v1/taxpayers/search HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 'GET /livez HTTP/1.1\r\n\r\n',
    ];
    for (const bytes of hostile) expect([bytes.slice(0, 40), await said(port, bytes)]).toEqual([bytes.slice(0, 40), expect.stringMatching(/^HTTP\/1\.1 4\d\d /u)]);
    expect((await get(`${url}/livez`)).status).toBe(200);
  });
});

describe('the end', () => {
  it('lets requests under way come to theirs, closes connections kept alive, and lets go of the log', async () => {
    const { url, port, close, options, authorization } = await started();
    const agent = new Agent({ keepAlive: true });
    await get(`${url}/livez`, { agent });
    const slow = new Promise<Got>((resolve, reject) => {
      const body = JSON.stringify({ limit: 10 });
      const sent = httpRequest(`${url}/api/v1/taxpayers/search`, { method: 'POST', headers: { authorization, 'content-type': 'application/json', 'content-length': body.length } }, (answer) => { textOf(answer).then(resolve, reject); }).on('error', reject);
      sent.write(body.slice(0, 5));
      setTimeout(() => { sent.end(body.slice(5)); }, 500);
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const since = performance.now();
    await close();
    expect(performance.now() - since).toBeLessThan(3000); // less than any client keeps an idle connection
    expect((await slow).status).toBe(200);
    await expect(get(`http://127.0.0.1:${port}/livez`, { agent })).rejects.toThrow();
    expect(existsSync(join(auditDirectory(options.stateDirectory), 'api', 'writer.lock'))).toBe(false);
    expect(recordsOf(auditDirectory(options.stateDirectory)).at(-1)).toMatchObject({ action: 'taxpayer.search', outcome: 'done' });
  });
});
