import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ID_FORM } from './night.ts';
import { nodeLoad } from './node-load.ts';

/** What is asked of a server, over and over. */
export interface Load {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  /** Address before and after the identifier of a taxpayer chosen by chance among so many; no identifier where `taxpayers` is 0. */
  readonly before: string;
  readonly after: string;
  readonly taxpayers: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
  /** Every answer must be of one of these runs, in its header and in its text; nothing of the kind is looked at where absent. */
  readonly runIds?: readonly string[];
}

/** How it went; times in milliseconds. */
export interface LoadFigures {
  readonly requests: number;
  readonly per_second: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
  /** Answers with another status or of another run, and broken connections. */
  readonly failed: number;
}

export interface RunningLoad {
  readonly ended: Promise<LoadFigures>;
  stop(): void;
}

export const CONNECTIONS = 32;

/** Whether wrk can be used; else requests are sent by Node.js, which is slower than what it measures. */
export const hasWrk: boolean = spawnSync('wrk', ['--version']).error === undefined;

/** Sends a load for so many seconds or until it is stopped; `folder` holds the script of wrk. */
export function startLoad(load: Load, seconds: number, folder: string): RunningLoad {
  return hasWrk ? wrkLoad(load, seconds, folder) : nodeLoad(load, { seconds, connections: CONNECTIONS });
}

function wrkLoad(load: Load, seconds: number, folder: string): RunningLoad {
  const script = join(folder, 'load.lua');
  writeFileSync(script, luaOf(load));
  const child = spawn('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, load.url], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => { text += chunk.toString(); });
  const ended = new Promise<LoadFigures>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      const found = /^\{.*\}$/mu.exec(text);
      if (found === null) reject(new Error(`wrk gave no figures: ${text}`));
      else resolve(JSON.parse(found[0]) as LoadFigures);
    });
  });
  return { ended, stop: () => child.kill('SIGINT') };
}

const luaText = (text: string): string => JSON.stringify(text).replaceAll('\\u', '\\\\u');

/** A script of wrk. Where answers are not looked at no response function stands in it: wrk would read every header for it. */
function luaOf(load: Load): string {
  const { host } = new URL(load.url);
  const headers = Object.entries({ Host: host, ...load.headers, ...(load.body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(load.body)) }) });
  const tail = `${load.after} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${load.body}`;
  const head = `${load.method} ${load.before}`;
  const request = load.taxpayers === 0 ? luaText(head + tail) : `string.format(${luaText(`${head}${ID_FORM.prefix}%0${ID_FORM.digits}d`)}, math.random(0, ${load.taxpayers - 1})) .. tail`;
  return `
local threads = {}
local tail = ${luaText(tail)}
function setup(thread) table.insert(threads, thread) end
function init() math.randomseed(${process.pid}); wrong = 0 end
function request() return ${request} end
${load.runIds === undefined ? '' : checkOf(load.status, load.runIds)}
function done(summary, latency, requests)
  local wrong = 0
  for _, thread in ipairs(threads) do wrong = wrong + thread:get("wrong") end
  local errors = summary.errors
  io.write(string.format('\\n{"requests":%d,"per_second":%.1f,"p50":%.3f,"p99":%.3f,"longest":%.3f,"failed":%d}\\n', summary.requests, summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000, wrong + errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
`;
}

function checkOf(status: number, runIds: readonly string[]): string {
  return `
local known = { ${runIds.map((runId) => `[${luaText(runId)}] = true`).join(', ')} }
function response(status, headers, body)
  local run = headers["x-snapshot-id"]
  if status ~= ${status} or not known[run] or not string.find(body, '"snapshotId":"' .. run .. '"', 1, true) then wrong = wrong + 1 end
end`;
}
