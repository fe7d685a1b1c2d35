import type { ExportProgress } from '../export/job.ts';
import type { Progress } from '../run/progress.ts';

/** Progress on stderr: one redrawn line for a person, one log line per finished step for a scheduler. */
export function terminalProgress(stream: NodeJS.WriteStream, clock: () => number): Progress {
  const started = clock();
  const elapsed = () => {
    const seconds = Math.floor((clock() - started) / 1000);
    return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
  };
  const draw = (text: string) => {
    if (stream.isTTY) stream.write(`\r\u001b[2K${text}`);
  };
  return {
    step(position, total, name) {
      draw(`step ${position}/${total}  ${name}  ${elapsed()}`);
      if (!stream.isTTY) stream.write(`step ${position}/${total} ${name} started\n`);
    },
    update(position, total, name, detail) {
      const percent = detail.percent === null ? '' : `  ${Math.floor(detail.percent)}%`;
      draw(`step ${position}/${total}  ${name}  ${detail.what}${percent}  ${elapsed()}`);
    },
    done(position, total, name, seconds, rows) {
      const text = `step ${position}/${total} ${name} ${seconds.toFixed(1)} s${rows === null ? '' : `, ${rows.toLocaleString('en-US')} rows`}`;
      if (stream.isTTY) draw('');
      stream.write(`${text}\n`);
    },
  };
}

/** Progress of an export: one redrawn line for a person, nothing for a scheduler. */
export function exportProgress(stream: NodeJS.WriteStream, isWatched: boolean): (progress: ExportProgress) => void {
  if (!isWatched || !stream.isTTY) return () => undefined;
  return ({ rows_done: done, rows_total: total, part }) => {
    stream.write(done >= total ? '\r\u001b[2K' : `\r\u001b[2Kexport  ${part}  ${total === 0 ? 100 : Math.floor((100 * done) / total)}%`);
  };
}
