import { VatRiskError } from '../../pipeline/shared/errors.ts';

/** Runs `work` and throws its error with the details in the message, so that a test can look for one of them. */
export function withDetails<T>(work: () => T): () => T {
  return () => {
    try {
      return work();
    } catch (error) {
      if (error instanceof VatRiskError) throw new Error([error.message, ...error.details].join('\n'), { cause: error });
      throw error;
    }
  };
}
