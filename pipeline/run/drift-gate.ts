import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { VatRiskError } from '../shared/errors.ts';
import type { DriftView } from '../snapshot/open-snapshot.ts';
import { writeManifest } from '../snapshot/write-snapshot.ts';
import type { RunContext } from './run-context.ts';

/**
 * The drift gate: the files of the night lie under OUT/runs/<id>/snapshot, and are not published when they differ from the
 * published snapshot by more than the limits. Throws DRIFT_GATE with every limit that was crossed. With the gate off the night
 * goes on, and its manifest says that the change was accepted.
 */
export function checkDrift(_engine: Engine, context: RunContext): Promise<Readonly<Record<string, unknown>>> {
  const folder = join(context.runDirectory, 'snapshot');
  const manifest = readManifest(folder, context.request.runId);
  const { crossed, verdict, psi, accepted: wasAccepted } = manifest.drift;
  const isOff = context.config.drift.gate === 'off';
  if (crossed.length > 0 && !isOff && !wasAccepted) throw stopped(context, crossed);
  const drift: DriftView = { ...manifest.drift, gate: isOff ? 'off' : manifest.drift.gate, accepted: crossed.length > 0 };
  if (drift.gate !== manifest.drift.gate) writeManifest(folder, { ...manifest, drift });
  return Promise.resolve({ verdict, psi, crossed, accepted: drift.accepted });
}

function readManifest(folder: string, runId: string): { readonly drift: DriftView } {
  const file = join(folder, 'manifest.json');
  if (!existsSync(file)) throw new VatRiskError('RUN_NOT_RESUMABLE', `Run ${runId} has no snapshot to look at: its work was cleaned up, or the step "snapshot" has not run. Start a new run.`);
  return JSON.parse(readFileSync(file, 'utf8')) as { readonly drift: DriftView };
}

function stopped({ request, outDirectory }: RunContext, crossed: readonly string[]): VatRiskError {
  return new VatRiskError(
    'DRIFT_GATE',
    `The results differ from the published snapshot by more than the limits of the configuration (drift); nothing was published and the former snapshot stays. Look at the change with "vatrisk compare CURRENT ${request.runId} --out ${outDirectory}". If the delivery was incomplete, deliver again and start a new run. If the change is right, publish it with "vatrisk run --out ${outDirectory} --resume ${request.runId} --set drift.gate=off".`,
    { details: crossed },
  );
}
