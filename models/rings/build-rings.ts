import type { Engine } from '../../pipeline/engine/engine.ts';
import { loadFeatures, type Feature } from '../../pipeline/features/load-features.ts';
import { runFeatures, type FeatureOptions, type FeatureResult } from '../../pipeline/features/run-features.ts';
import { packagePath } from '../../pipeline/shared/package-root.ts';
import { findClusters } from './find-clusters.ts';
import { findLoops, type LoopSearchFacts } from './find-loops.ts';

/** What the graph code reads: hops by window, links of control. */
export const loadGraphTables = (): readonly Feature[] => loadFeatures(packagePath('models', 'rings', 'graph'));
/** What indicators read: facts by subject, loop, hop and member that rest on what the graph code found. */
export const loadRingFacts = (): readonly Feature[] => loadFeatures(packagePath('models', 'rings', 'facts'));

export interface RingResult {
  readonly tables: readonly FeatureResult[];
  readonly windows: readonly LoopSearchFacts[];
  readonly clusters: number;
}

/**
 * Ring tables in three steps: SQL trims invoices and keys to a graph, code finds closed loops and clusters in it (tables loop_found, loop_cut,
 * control_found), SQL turns what was found into facts. Needs the feature tables and lists those texts read.
 */
export async function buildRings(engine: Engine, options: Pick<FeatureOptions, 'clock' | 'onStart'> = {}): Promise<RingResult> {
  const graph = await runFeatures(engine, { ...options, features: loadGraphTables() });
  const windows = await findLoops(engine);
  const clusters = await findClusters(engine);
  const facts = await runFeatures(engine, { ...options, features: loadRingFacts() });
  return { tables: [...graph, ...facts], windows, clusters };
}
