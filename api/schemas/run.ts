import { Type } from 'typebox';
import { closed, orNull } from './common.ts';

const texts = Type.Array(Type.String());
const number = orNull(Type.Number());
const drift = orNull(closed({
  former_run_id: orNull(Type.String()), gate: Type.String(), verdict: Type.String(), psi: number, crossed: texts, watched: texts, accepted: Type.Boolean(),
}, '与上一批次的差异 how the night differs from the one before'));

/** Answer of GET /runs. */
export const Runs = closed({
  runs: Type.Array(closed({
    run_id: Type.String(), as_of: Type.String(), started_at: Type.String(), vatrisk: Type.String(), is_current: Type.Boolean(), seconds: Type.Number(), taxpayers: Type.Integer(), claims: Type.Integer(), drift,
  })),
});

/** Answer of GET /runs/{id}: what the manifest says, and counts without any taxpayer. */
export const Run = closed({
  run_id: Type.String(), as_of: Type.String(), started_at: Type.String(), vatrisk: Type.String(), engine: Type.Record(Type.String(), Type.String()), seed: Type.Integer(), catalogue_sha256: Type.String(),
  parameters: Type.Record(Type.String(), Type.Unknown()), scoring: Type.Unknown(), drift,
  inputs: Type.Array(closed({ file: orNull(Type.String()), table_name: orNull(Type.String()), bytes: number, sha256: orNull(Type.String()), delivered: number })),
  tables: Type.Array(Type.Record(Type.String(), Type.Unknown())),
  steps: Type.Array(closed({ name: Type.String(), seconds: Type.Number(), peak_rss_bytes: Type.Number(), rows: number })),
  outputs: Type.Array(closed({ file: Type.String(), rows: Type.Integer(), bytes: Type.Integer(), sha256: Type.String() })),
  quality: Type.Array(closed({ table_name: Type.String(), measure: Type.String(), code: Type.String(), count: Type.Integer() })),
  drift_rows: Type.Array(closed({ measure: Type.String(), code: Type.String(), former: number, latter: number, change: number, psi: number, verdict: orNull(Type.String()) })),
});
