import { cutToWidth, displayWidth } from '../shared/display-width.ts';

/** How a command speaks: the result on stdout, everything else on stderr. */
export interface Terminal {
  readonly json: boolean;
  readonly color: boolean;
  /** A person is looking at the result. */
  readonly interactive: boolean;
  result(value: unknown, render: () => string): void;
  log(line: string): void;
}

/** Reads the streams and the environment once, at the process edge. */
export function openTerminal(options: { json?: boolean | undefined; color?: boolean | undefined }): Terminal {
  const interactive = process.stdout.isTTY;
  const json = options.json === true || !interactive;
  const color = options.color !== false && interactive && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';
  return {
    json,
    color,
    interactive,
    result(value, render) {
      process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : `${render()}\n`);
    },
    log(line) {
      process.stderr.write(`${line}\n`);
    },
  };
}

export interface TableColumn<T> {
  readonly title: string;
  readonly value: (row: T) => string;
  readonly right?: boolean;
}

/** A plain table with aligned columns; cells longer than `widest` are cut with an ellipsis. */
export function renderTable<T>(rows: readonly T[], columns: readonly TableColumn<T>[], widest = 60): string {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ value }) => cutToWidth(value(row), widest)))];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => displayWidth(line[at] ?? ''))));
  const lines = cells.map((line) =>
    line.map((cell, at) => pad(cell, widths[at] ?? 0, columns[at]?.right === true)).join('  ').trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '─'.repeat(width)).join('  '));
  return lines.join('\n');
}

/** Yuan with thousands separators and two decimals. */
export function yuan(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

const COLORS: Readonly<Record<string, number>> = { red: 31, orange: 33, yellow: 93, blue: 34 };

/** Paints a text in a grade's colour when the terminal shows colours. */
export function paint(text: string, grade: string, terminal: Pick<Terminal, 'color'>): string {
  const code = COLORS[grade];
  return terminal.color && code !== undefined ? `\u001b[${code}m${text}\u001b[0m` : text;
}

function pad(text: string, width: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return right ? blanks + text : text + blanks;
}
