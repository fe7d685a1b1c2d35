import { gradeOf, type JudgedHit } from '../grade/grade-of.ts';
import type { CalibrationData, HitSet } from './calibration-data.ts';

/** Changes of parameters as the scores see them: other hits of some indicators, other weights. */
export interface Changes {
  readonly hits: ReadonlyMap<string, HitSet>;
  readonly weights: ReadonlyMap<string, number>;
}

export const NO_CHANGES: Changes = { hits: new Map(), weights: new Map() };

/** Scores labelled taxpayers under changed parameters, by the arithmetic of grading itself. */
export class Rescorer {
  readonly #data: CalibrationData;
  /** Hits of each taxpayer under the parameters in force, by code. */
  readonly #present: readonly (readonly JudgedHit[])[];
  readonly #presentScores: Float64Array;

  constructor(data: CalibrationData) {
    this.#data = data;
    const present: JudgedHit[][] = Array.from({ length: data.size }, () => []);
    for (const hits of data.present.values()) for (const [taxpayer, hit] of hits) present[taxpayer]?.push(hit);
    this.#present = present;
    this.#presentScores = Float64Array.from(present, (hits) => this.#grade(hits, NO_CHANGES.weights));
  }

  /** Score from which a taxpayer is yellow. */
  get yellowCut(): number {
    return this.#data.rules.cuts.yellow;
  }

  /** Score (0–100) of one taxpayer under the changes. */
  score(taxpayer: number, changes: Changes): number {
    const present = this.#present[taxpayer] ?? [];
    const found = [...changes.hits.values()].flatMap((set) => set.get(taxpayer) ?? []);
    const isChanged = found.length > 0 || present.some(({ code }) => changes.hits.has(code) || changes.weights.has(code));
    if (!isChanged) return this.#presentScores[taxpayer] ?? 0;
    return this.#grade([...present.filter(({ code }) => !changes.hits.has(code)), ...found], changes.weights);
  }

  /** Scores of some taxpayers, in their order. */
  scores(taxpayers: readonly number[], changes: Changes): Float64Array {
    return Float64Array.from(taxpayers, (taxpayer) => this.score(taxpayer, changes));
  }

  #grade(hits: readonly JudgedHit[], weights: ReadonlyMap<string, number>): number {
    return hits.length === 0 ? 0 : gradeOf(hits.map((hit) => ({ ...hit, weight: weights.get(hit.code) ?? hit.weight })), this.#data.rules).score;
  }
}
