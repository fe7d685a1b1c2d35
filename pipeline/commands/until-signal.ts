import { VatRiskError } from '../shared/errors.ts';

/** Runs work that the first SIGINT or SIGTERM asks to stop, with INTERRUPTED and this message; a second one ends the process at once. SIGINT gives exit code 130. */
export async function untilSignal<T>(message: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let received: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (received !== undefined) process.exit(signal === 'SIGINT' ? 130 : 143);
    received = signal;
    stop.abort(new VatRiskError('INTERRUPTED', message));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    return await work(stop.signal);
  } catch (error) {
    if (received === 'SIGINT') process.exitCode = 130;
    throw error;
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
