/** Area under the ROC curve of one number: how well it alone tells two classes apart. */

/**
 * SELECT of (feature, auc, positives, negatives) from a relation of (feature, value, positives, negatives), one row a value of a feature.
 * It is the share of (positive, negative) pairs in which the positive one has the higher value; a tie counts one half (Mann–Whitney U over
 * the number of pairs). An empty value counts as the lowest of all. Counts are whole numbers: the result does not hang on the order of rows.
 */
export function aucSelect(counts: string): string {
  return `with ordered as (
      select feature, positives::hugeint as positives, negatives::hugeint as negatives,
        coalesce(sum(negatives) over (partition by feature order by value nulls first rows between unbounded preceding and 1 preceding), 0)::hugeint as negatives_below
      from (${counts})
    )
    select feature, (sum(positives * (2 * negatives_below + negatives))::double / nullif(2 * sum(positives) * sum(negatives), 0)::double) as auc,
      sum(positives)::bigint as positives, sum(negatives)::bigint as negatives
    from ordered group by feature`;
}

/** The value tells the classes apart as well upside down. */
export const eitherWay = (auc: number): number => Math.max(auc, 1 - auc);
