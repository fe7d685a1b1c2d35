import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { openLogger, type LogLevel } from '../../api/logger.ts';
import { startServer } from '../../api/server.ts';
import { loadServeSettings } from '../config/load-config.ts';
import { VatRiskError } from '../shared/errors.ts';
import { packageVersion } from './version.ts';

interface ServeOptions {
  readonly out: string;
  readonly host: string;
  readonly port: number;
  readonly config?: string;
  readonly set: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly plainHttp?: boolean;
  readonly logLevel: LogLevel;
}

/** `vatrisk serve`: the API on the current snapshot, until it is asked to stop. */
export function registerServe(program: Command): void {
  program
    .command('serve')
    .description('提供查询接口，自动切换到新发布的批次 / the API on the current snapshot')
    .requiredOption('--out <dir>', 'output folder of the runs')
    .option('--host <address>', 'address to listen on; anything but loopback needs TLS', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 takes a free one', port, 8080)
    .option('--config <file>', 'configuration, section serve')
    .option('--set <key=value>', 'override a key, e.g. serve.maximum_age_hours=48', (pair: string, pairs: readonly string[]) => [...pairs, pair], [] as readonly string[])
    .option('--tls-cert <file>', 'certificate chain, PEM')
    .option('--tls-key <file>', 'private key, PEM')
    .option('--plain-http', 'serve a network without TLS, behind a gateway that ends it')
    .addOption(new Option('--log-level <level>', 'what the log on stderr holds').choices(['debug', 'info', 'warn', 'error', 'silent']).default('info'))
    .addHelpText('after', '\nExamples:\n  vatrisk serve --out out\n  vatrisk serve --out /data/vatrisk --host 0.0.0.0 --port 8443 --tls-cert server.pem --tls-key server.key --config vatrisk.yaml')
    .action(async (options: ServeOptions) => {
      const settings = await loadServeSettings({ sets: options.set, ...(options.config === undefined ? {} : { file: options.config }) });
      const tls = tlsOf(options);
      const logger = openLogger(options.logLevel, process.stderr);
      const server = await startServer({
        outDirectory: options.out, stateDirectory: settings.state_directory ?? join(options.out, 'serve'), host: options.host, port: options.port, settings, version: packageVersion(),
        now: () => Date.now(), logger, isPlainAllowed: options.plainHttp === true, ...(tls === undefined ? {} : { tls }),
      });
      process.stdout.write(`${JSON.stringify({ url: server.url, metrics: server.metricsUrl })}\n`);
      const signal = await asked();
      logger.info({ signal }, 'closing');
      await server.close();
      process.exitCode = 0;
    });
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/u.test(text) || value > 65_535) throw new InvalidArgumentError('expected a whole number from 0 to 65535');
  return value;
}

function tlsOf({ tlsCert, tlsKey }: ServeOptions): { cert: Buffer; key: Buffer } | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) throw new VatRiskError('USAGE', 'TLS needs both --tls-cert and --tls-key.');
  return { cert: readPem(tlsCert), key: readPem(tlsKey) };
}

function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new VatRiskError('USAGE', `${file} cannot be read; name a PEM file this user may read.`, { cause });
  }
}

/** Resolves with the first SIGINT or SIGTERM; a second one ends the process at once. */
function asked(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isAsked = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (isAsked) process.exit(signal === 'SIGINT' ? 130 : 143);
        isAsked = true;
        resolve(signal);
      });
    }
  });
}
