/** How a ranking of features did in one metric, beside random rankings of the same features. */
export interface RankingComparison {
  readonly metric: string;
  readonly value: number;
  /** Mean of the random rankings, and its standard error. */
  readonly random: number;
  readonly standardError: number;
  readonly seeds: number;
  /** By how many standard deviations of random rankings it is better than their mean; below 0 where it is worse. */
  readonly deviations: number;
}

/** Why a verdict is what it is, as data: {@link reasonSentence} says it in English, others may say it in other words. */
export type Reason =
  | { readonly code: 'few-features'; readonly features: number; readonly needed: number }
  | { readonly code: 'still-target' }
  | {
      readonly code: 'ranking';
      readonly comparisons: readonly RankingComparison[];
      /** Of how many random rankings it is better than so many and as good as so many, in both metrics together. */
      readonly seeds: number;
      readonly better: number;
      readonly equal: number;
      /**
       * The chance that a random ranking would do as well: (½ + those that are better + ½ · those as good) / (seeds + 1); of five
       * features, of which all orders are tried, (1 + those that are better or as good) / 120.
       */
      readonly chance: number;
      readonly supportedUpTo: number;
      readonly notSupportedAbove: number;
      /** Kendall's τ with exact leave-one-out. */
      readonly agreement: number;
    }
  | { readonly code: 'few-parts'; readonly parts: number; readonly needed: number }
  | {
      readonly code: 'part';
      /** What the target loses without the part; below 0 where it gains. */
      readonly effect: number;
      /** The same of the parts that it is compared with: their number, mean size and its standard error. */
      readonly others: { readonly count: number; readonly mean: number; readonly standardError: number };
      /** By how many robust deviations its size lies beyond the median of the others. */
      readonly deviations: number;
      readonly supportedAbove: number;
      readonly notSupportedUpTo: number;
      /** What the target loses where the part is set to its mean over the text. */
      readonly byMean: number;
    };

/** One English sentence with the numbers that decided. */
export function reasonSentence(reason: Reason): string {
  switch (reason.code) {
    case 'few-features':
      return `With ${reason.features} features there are too few rankings to tell one from chance; ${reason.needed} would do.`;
    case 'still-target':
      return 'Taking features away hardly moves the target, whichever they are.';
    case 'ranking':
      return `Better than ${reason.better} of ${reason.seeds} random rankings${reason.equal > 0 ? ` and as good as ${reason.equal}` : ''}: ${reason.comparisons.map(comparisonClause).join('; ')}; agreement with leave-one-out τ = ${rounded(reason.agreement)}.`;
    case 'few-parts':
      return `With ${reason.parts} parts there are too few to tell one that stands out from chance; ${reason.needed} would do.`;
    case 'part': {
      const { effect, others, deviations, byMean } = reason;
      return `Without it the target ${change(effect)}, against ${rounded(others.mean)} ± ${rounded(others.standardError)} of ${others.count} others (${deviations.toFixed(1)} robust deviations beyond their median); set to its mean over the text, it ${change(byMean)}.`;
    }
  }
}

function comparisonClause(comparison: RankingComparison): string {
  const { metric, value, random, standardError, deviations } = comparison;
  const how = deviations >= 0 ? 'better' : 'worse';
  return `${metric} ${rounded(value)} against ${rounded(random)} ± ${rounded(standardError)} (${Math.abs(deviations).toFixed(1)} deviations ${how})`;
}

function change(loss: number): string {
  return `${loss >= 0 ? 'falls' : 'rises'} by ${rounded(Math.abs(loss))}`;
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}
