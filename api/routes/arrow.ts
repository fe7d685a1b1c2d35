import { Bool, Decimal, Field, Float64, Int32, List, makeData, makeVector, RecordBatch, Schema, Struct, Table, tableToIPC, Utf8, vectorFromArray, type Data, type DataType, type Vector } from 'apache-arrow';
import type { TProperties, TSchema } from 'typebox';
import { Money } from '../schemas/common.ts';

/** Media type of an Arrow IPC stream. */
export const ARROW = 'application/vnd.apache.arrow.stream';

/** Rows as an Arrow IPC stream with the columns of a response schema: money as decimal(18,2), lists as lists; asOf and snapshotId stand in the schema's metadata. */
export function arrowStream(columns: TProperties, rows: readonly Readonly<Record<string, unknown>>[], stamp: Readonly<Record<string, string>>): Buffer {
  const vectors = Object.entries(columns).map(([name, schema]) => ({ name, vector: vectorOf(schema, rows.map((row) => row[name] ?? null)) }));
  const fields = vectors.map(({ name, vector }) => new Field(name, vector.type as DataType, true));
  const schema = new Schema(fields, new Map(Object.entries(stamp)));
  const data = makeData({ type: new Struct(fields), length: rows.length, nullCount: 0, children: vectors.map(({ vector }) => vector.data[0] as Data) });
  return Buffer.from(tableToIPC(new Table(schema, [new RecordBatch(schema, data)]), 'stream'));
}

function vectorOf(schema: TSchema, values: readonly unknown[]): Vector {
  const { anyOf, type, items } = schema as { anyOf?: readonly TSchema[]; type?: string; items?: TSchema };
  const plain = anyOf?.find((one) => (one as { type?: string }).type !== 'null');
  if (plain !== undefined) return vectorOf(plain, values);
  if (schema === Money) return decimals(values as readonly (string | null)[]);
  if (type === 'integer') return vectorFromArray(values as (number | null)[], new Int32());
  if (type === 'number') return vectorFromArray(values as (number | null)[], new Float64());
  if (type === 'boolean') return vectorFromArray(values as (boolean | null)[], new Bool());
  if (items !== undefined) return vectorFromArray(values as (string[] | null)[], new List(new Field('item', new Utf8(), true)));
  return vectorFromArray(values as (string | null)[], new Utf8());
}

/** Yuan with two decimals, as the 128-bit integers of an Arrow decimal. */
function decimals(values: readonly (string | null)[]): Vector {
  const words = new Uint32Array(4 * values.length);
  const valid = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, at) => {
    if (value === null) return;
    const cents = BigInt(value.replace('.', ''));
    for (let word = 0; word < 4; word++) words[4 * at + word] = Number(BigInt.asUintN(32, cents >> BigInt(32 * word)));
    valid[at >> 3] = (valid[at >> 3] ?? 0) | (1 << (at & 7));
  });
  const nullCount = values.filter((value) => value === null).length;
  return makeVector(makeData({ type: new Decimal(2, 18, 128), length: values.length, nullCount, nullBitmap: valid, data: words }));
}
