import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkConservation } from '../../../pipeline/ingest/conservation.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import { csv, folder, ingest, INGEST_SETTINGS, invoice, leastDelivery, taxpayer, vatReturn, type Engine } from './support.ts';

const OWN = '91530100MA6K000013';
const OTHER = '91530100MA6K000026';
const inv = (number: number, change = {}) => invoice(number, { seller_id: OWN, buyer_id: OTHER, ...change });

const cleanups: (() => void)[] = [];
afterEach(() => { cleanups.splice(0).forEach((clear) => { clear(); }); });
const deliver = (files: Record<string, string>) => {
  const made = folder(files);
  cleanups.push(made.clear);
  return made.path;
};
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

describe('a delivery', () => {
  it('of the three required tables gives known tables and accounts', async () => {
    const { engine, summary } = await ingest(deliver(leastDelivery()));
    expect(summary.totals).toEqual({ delivered: 3, accepted: 3, duplicates: 0, quarantined: 0 });
    expect(await engine.rows('select invoice_key, seller_key, buyer_key from main.invoices')).toEqual([{ invoice_key: '25532000000000000001', seller_key: 1, buyer_key: 2 }]);
    expect(summary.asOf).toBe('2026-06-15');
    await expect(engine.rows('select 1 from stage.invoices')).rejects.toThrow();
  });
  it('that lacks required tables is refused and they are named', async () => {
    const path = deliver({ 'invoices.csv': csv([inv(1)]) });
    await expect(ingest(path)).rejects.toMatchObject({ code: 'TABLE_REQUIRED', details: ['taxpayers', 'vat_returns'] });
  });
  it('of which the only file of a required table is refused is refused', async () => {
    const path = deliver(leastDelivery({ 'vat_returns.csv': 'taxpayer_id,period\n' }));
    await expect(ingest(path)).rejects.toMatchObject({ code: 'TABLE_REQUIRED' });
  });
  it('sees only what was known when an as-of day is named', async () => {
    const { engine, summary } = await ingest(deliver(leastDelivery()), { asOf: '2026-05-02' });
    expect(summary.asOf).toBe('2026-05-02');
    expect(await engine.rows('select invoice_key from main.invoices')).toEqual([]);
    expect(summary.totals.accepted).toBe(3);
  });
  it('with a cutoff is read as of it, and later days are no dates', async () => {
    const { engine, summary } = await ingest(deliver(leastDelivery({
      'delivery.json': '{"cutoff":"2026-05-31"}', 'invoices.csv': csv([inv(1), inv(2, { issued_at: '2026-06-01' }), inv(3, { issued_at: '2026-06-02' })]),
    })));
    expect(summary.asOf).toBe('2026-05-31');
    expect(await engine.rows('select row_no, codes from main.ingest_rejects')).toEqual([{ row_no: 3, codes: 'E_DATE:issued_at' }]);
  });
  it('can be checked without building known tables', async () => {
    const { engine, summary } = await ingest(deliver(leastDelivery()), { accountOnly: true });
    expect(summary.totals.accepted).toBe(3);
    await expect(engine.rows('select 1 from main.invoices')).rejects.toThrow();
  });
  it('is left when the run is stopped', async () => {
    await expect(ingest(deliver(leastDelivery()), { signal: AbortSignal.abort() })).rejects.toThrow();
  });
});

describe('files', () => {
  const many = (files: Record<string, string>) => ingest(deliver(leastDelivery(files)));

  it('with unknown headers are read, the headers are reported', async () => {
    const { summary } = await many({ 'invoices.csv': csv([{ ...inv(1), 备注: 'x', ' ': 1 }]) });
    expect(summary.files.find((file) => file.table_name === 'invoices')).toMatchObject({ accepted: 1, details: '备注; #10' });
    expect(summary.warnings).toContainEqual({ table_name: 'invoices', code: 'F_HEADER_EXTRA', count: 2 });
  });
  it('with two headers for one column are refused and their rows counted as quarantined', async () => {
    const { engine, summary } = await many({ 'invoices/a.csv': '发票号码,invoice_number\n1,2\n3,4\n' });
    expect(summary.files.find((file) => file.path.endsWith('a.csv'))).toMatchObject({ delivered: 2, accepted: 0, quarantined: 2, refused_code: 'F_HEADER_DUPLICATE' });
    expect(await engine.rows('select row_no, line, code, raw from main.ingest_rejects order by row_no')).toEqual([
      { row_no: 1, line: 2, code: 'F_HEADER_DUPLICATE', raw: '1,2' }, { row_no: 2, line: 3, code: 'F_HEADER_DUPLICATE', raw: '3,4' },
    ]);
  });
  it('that cannot be counted end the run, unless that is allowed', async () => {
    const made = folder(leastDelivery());
    cleanups.push(made.clear);
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(made.path, 'events.csv'), Buffer.from([0xff, 0xfe, 0x61, 0x00]));
    await expect(ingest(made.path)).rejects.toMatchObject({ code: 'FILE_REFUSED' });
    const { summary } = await ingest(made.path, { settings: { ...INGEST_SETTINGS, allowRefusedFiles: true } });
    expect(summary.files.find((file) => file.path.endsWith('events.csv'))).toMatchObject({ refused_code: 'F_ENCODING' });
  });
  it('and folders of a table are one table', async () => {
    const { summary } = await many({ 'invoices/2026/b.csv': csv([inv(2)]), 'invoices/a.csv': csv([inv(3), inv(1)]) });
    expect(summary.files.filter((file) => file.table_name === 'invoices').map((file) => [file.accepted, file.duplicates])).toEqual([[1, 0], [1, 0], [1, 1]]);
  });
  it('without rows make the table delivered', async () => {
    const { engine } = await many({ 'violations.csv': '决定书编号,纳税人识别号,违法类型,决定日期\n' });
    expect(await engine.rows("select is_delivered, row_count from main.delivered_tables where table_name = 'violations'")).toEqual([{ is_delivered: true, row_count: 0 }]);
  });
  it('of a name that is no table are listed', async () => {
    const { summary } = await many({ 'invoice.csv': 'a\n1\n' });
    expect(summary.files.find((file) => file.refused_code === 'F_TABLE_UNKNOWN')).toMatchObject({ details: 'invoices', delivered: 0 });
    expect(summary.totals.delivered).toBe(3);
  });
});

describe('hive partitions', () => {
  it('stand in for a column the file does not have', async () => {
    const row = { ...vatReturn(OWN, ''), period: undefined };
    const { engine } = await ingest(deliver(leastDelivery({ 'vat_returns/period=2026-04/a.csv': csv([row], Object.keys(row).filter((name) => name !== 'period')) })));
    expect(await engine.rows('select period from main.vat_returns order by period')).toEqual([{ period: '2026-04' }, { period: '2026-05' }]);
  });
  it('that contradict a period reject the row', async () => {
    const { summary } = await ingest(deliver(leastDelivery({ 'vat_returns/period=202604/a.csv': csv([vatReturn(OWN, '2026-04'), vatReturn(OWN, '2026-03')]) })));
    expect(summary.rejects).toEqual([{ table_name: 'vat_returns', code: 'E_PARTITION', count: 1 }]);
  });
  it('are a hint for tables with dates', async () => {
    const { summary } = await ingest(deliver(leastDelivery({ 'invoices/month=2026-05/a.csv': csv([inv(2), inv(3, { issued_at: '2026-06-01' })]) })));
    expect(summary.rejects).toEqual([]);
    expect(summary.warnings).toContainEqual({ table_name: 'invoices', code: 'W_PARTITION', count: 1 });
  });
});

describe('row numbers', () => {
  it('are those of the file for more than 200,000 rows read by two threads', async () => {
    const path = deliver(leastDelivery());
    const writer = await openDuckDb();
    await writer.exec(`copy (select lpad(cast(i as varchar), 20, '0') as invoice_number, '${OWN}' as seller_id, '${OTHER}' as buyer_id, date '2026-05-01' as issued_at,
      i as amount, 0 as tax, 'normal' as status from range(1, 250001) as t(i)) to '${join(path, 'invoices.csv')}' (header)`);
    await writer.exec(`copy (select '4' || lpad(cast(i as varchar), 19, '0') as invoice_number, '${OWN}' as seller_id, '${OTHER}' as buyer_id, date '2026-05-01' as issued_at,
      cast(i as decimal(18,2)) as amount, 0 as tax, 'normal' as status from range(1, 250001) as t(i)) to '${join(path, 'invoices.parquet')}' (row_group_size 20000)`);
    const { engine, summary } = await ingest(path);
    expect(summary.totals.accepted).toBe(500_002);
    expect(await engine.rows('select source_file_no as file_no, count(*) as n, count(*) filter (where source_row_no = amount) as right_place from main.invoices group by all order by file_no')).toEqual([
      { file_no: 1, n: 250_000, right_place: 250_000 }, { file_no: 2, n: 250_000, right_place: 250_000 },
    ]);
    expect(await engine.rows('select count(*) as n from (select invoice_no, row_number() over (order by invoice_key) as place from main.invoices) where invoice_no = place')).toEqual([{ n: 500_000 }]);
  });
  it('count records that could not be read, and raw text and line are those of the file', async () => {
    const rows = csv([inv(1), inv(2), inv(3, { buyer_name: 'two\nlines' }), inv(4, { amount: 'x' })], ['invoice_number', 'seller_id', 'buyer_id', 'buyer_name', 'issued_at', 'amount', 'tax', 'total', 'status']).split('\n');
    const text = [rows[0], 'too,few', rows[1], 'a,b,c,d,e,f,g,h,i,j', ...rows.slice(2)].join('\n');
    const { engine } = await ingest(deliver(leastDelivery({ 'invoices.csv': text })));
    expect(await engine.rows('select right(invoice_key, 1) as k, source_row_no as row_no from main.invoices order by row_no')).toEqual([{ k: '1', row_no: 2 }, { k: '2', row_no: 4 }, { k: '3', row_no: 5 }]);
    expect(await engine.rows('select row_no, line, code, left(raw, 7) as raw from main.ingest_rejects order by row_no')).toEqual([
      { row_no: 1, line: 2, code: 'E_COLUMNS', raw: 'too,few' }, { row_no: 3, line: 4, code: 'E_COLUMNS', raw: 'a,b,c,d' }, { row_no: 6, line: 8, code: 'E_AMOUNT_PARSE', raw: '2553200' },
    ]);
  });
});

describe('quarantine', () => {
  it('holds Parquet rows as JSON text and names the row that was accepted', async () => {
    const path = deliver(leastDelivery({ 'invoices.csv': csv([inv(9)]) }));
    const writer = await openDuckDb();
    await writer.exec(`copy (select * from (values ('25532000000000000001', 'normal', 100.00), ('25532000000000000001', 'void', 100.00), ('25532000000000000002', 'lost', 5.00)) as t(invoice_number, status, amount),
      (select '${OWN}' as seller_id, '${OTHER}' as buyer_id, date '2026-05-03' as issued_at, 0 as tax)) to '${join(path, 'invoices.parquet')}'`);
    const { engine } = await ingest(path);
    const rows = await engine.rows<{ code: string; raw: string; pointer: string | null; message: string }>('select code, raw, pointer, message from main.ingest_rejects order by row_no');
    expect(rows.map((row) => row.code)).toEqual(['E_SUPERSEDED', 'E_ENUM']);
    expect(JSON.parse(rows[0]!.raw)).toMatchObject({ invoice_number: '25532000000000000001', status: 'normal', amount: 100 });
    expect(rows[0]!.pointer).toBe(`invoices.parquet#2`);
    expect(rows[1]!.message).toBe('status: 取值不在代码表内 / value not in the list');
  });
});

describe('accounts', () => {
  it('fail when a count was tampered with, naming file and table', async () => {
    const { engine } = await ingest(deliver(leastDelivery()), { keepStage: true });
    await expect(checkConservation(engine)).resolves.toBeUndefined();
    await engine.exec("update main.ingest_quality set count = count - 1 where table_name = 'invoices' and measure = 'accepted'");
    await expect(checkConservation(engine)).rejects.toMatchObject({
      code: 'CONSERVATION_BROKEN', details: [expect.stringContaining('invoices.csv: delivered 1, accepted 0'), expect.stringContaining('invoices: delivered 1')],
    });
  });
  it('fail when a stage row is lost', async () => {
    const { engine } = await ingest(deliver(leastDelivery({ 'invoices.csv': csv([inv(1), inv(2)]) })), { keepStage: true });
    await engine.exec('update stage.ingest_files set delivered = 3 where table_name = \'invoices\'; update main.ingest_quality set count = 3 where table_name = \'invoices\' and measure = \'delivered\'');
    await expect(checkConservation(engine)).rejects.toMatchObject({ code: 'CONSERVATION_BROKEN' });
  });
  it('count a warning once per row, for the file and for the registered parties of an invoice', async () => {
    const { engine } = await ingest(deliver(leastDelivery({
      'taxpayers.csv': csv([taxpayer(OWN), taxpayer(OTHER)]), 'invoices.csv': csv([inv(1, { total: 1 }), inv(2, { total: 1, seller_id: 'S-1', buyer_id: OWN })]),
    })));
    expect(await engine.rows("select code, subject, count from main.ingest_quality where table_name = 'invoices' and measure = 'warning' order by code, subject")).toEqual([
      { code: 'W_ID_FORMAT', subject: '', count: 1 }, { code: 'W_ID_FORMAT', subject: OWN, count: 1 },
      { code: 'W_TOTAL_MISMATCH', subject: '', count: 2 }, { code: 'W_TOTAL_MISMATCH', subject: OWN, count: 2 }, { code: 'W_TOTAL_MISMATCH', subject: OTHER, count: 1 },
    ]);
  });
  it('leave warnings of quarantined rows out', async () => {
    const { summary } = await ingest(deliver(leastDelivery({ 'invoices.csv': csv([inv(1, { total: 1, status: 'lost' })]) })));
    expect(summary.warnings.filter((warning) => warning.table_name === 'invoices')).toEqual([]);
  });
});

describe('the same rows in another order', () => {
  const rows = numbers(400).map((at) => inv(at, { seller_id: at % 3 === 0 ? OTHER : OWN, buyer_id: at % 3 === 0 ? OWN : `S-${at % 7}`, amount: at, total: null, buyer_name: at % 5 === 0 ? '个人' : undefined }));
  const returns = numbers(12).map((at) => vatReturn(at % 2 === 0 ? OWN : OTHER, `2026-0${1 + Math.floor(at / 2)}`, { version: 1 }));
  const registers = [taxpayer(OTHER), taxpayer(OWN)];
  const dump = async (engine: Engine) => {
    const tables = await engine.rows<{ n: string }>("select table_name as n from information_schema.tables where table_schema = 'main' and table_name not like 'ingest%' order by 1");
    const contents: Record<string, unknown> = {};
    for (const { n } of tables) {
      const columns = (await engine.describe(`select * from main."${n}"`)).map((column) => column.name).filter((name) => name !== 'source_file_no' && name !== 'source_row_no');
      contents[n] = await engine.rows(`select ${columns.map((name) => `"${name}"`).join(', ')} from main."${n}"`);
    }
    return contents;
  };

  it('and in other files, with one thread or two, gives identical known tables', async () => {
    const whole = await ingest(deliver({ 'taxpayers.csv': csv(registers), 'invoices.csv': csv(rows), 'vat_returns.csv': csv(returns) }));
    const back = [...rows].reverse();
    const split = await ingest(deliver({
      'taxpayers.csv': csv([...registers].reverse()), 'invoices/z.csv': csv(back.slice(0, 150)), 'invoices/a/b.csv': csv(back.slice(150)), 'vat_returns.csv': csv([...returns].reverse()),
    }), {}, 1);
    expect(await dump(split.engine)).toEqual(await dump(whole.engine));
    expect(split.summary.totals).toEqual(whole.summary.totals);
  });
});
