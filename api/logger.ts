import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { VatRiskError } from '../pipeline/shared/errors.ts';

// Identifiers, quoted cells and Chinese text: what an error of a library may have picked up from a row.
const VALUES = /'[^']*'|"[^"]*"|[0-9A-Z]{6,}|[\u3400-\u9fff]+/gu;

/** An error as the log keeps it: our own messages hold no values, those of others lose whatever could be one; causes are left out. */
function errorOf(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /u.test(line));
  const message = error instanceof VatRiskError ? error.message : error.message.replaceAll(VALUES, '…');
  return { name: error.name, code: (error as { code?: unknown }).code, message, stack: frames.join('\n') };
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Settings of the log: JSON lines; requests by number and route pattern, never by address, headers or body. */
export function loggerOptions(level: LogLevel): LoggerOptions {
  return {
    level,
    serializers: {
      err: errorOf,
      error: errorOf,
      req: (request: { id?: unknown; method?: unknown; routeOptions?: { url?: unknown } }) => ({ id: request.id, method: request.method, route: request.routeOptions?.url }),
      res: (reply: { statusCode?: unknown }) => ({ statusCode: reply.statusCode }),
    },
    // Should anything slip past the serializers, these never stand in a line.
    redact: { paths: ['authorization', '*.authorization', '*.*.authorization', 'headers', '*.headers', 'url', '*.url', 'body', '*.body', 'token', '*.token', 'taxpayer_id', '*.taxpayer_id', 'taxpayer_name', '*.taxpayer_name'], remove: true },
  };
}

export function openLogger(level: LogLevel, destination?: DestinationStream): Logger {
  return destination === undefined ? pino(loggerOptions(level)) : pino(loggerOptions(level), destination);
}
