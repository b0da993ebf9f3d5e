import { deviation, mean, median } from 'd3-array';
import { type AblationFinding, type Reason, reasonSentence, type Verdict } from './explanations/index.js';
import type { Intervention, Model, ModelInput, Progress, Target } from './model/index.js';
import { randomOf } from './random.js';

/** A part of the model that can be set to zero. */
export type AblationPlace = Pick<AblationFinding, 'part' | 'hook' | 'layer' | 'head' | 'position'>;

/** What is asked about the parts of a model. */
export interface AblationQuestion {
  readonly model: Model;
  readonly input: ModelInput;
  /** With its answers and its position, so that it is the same in each pass. */
  readonly target: Target;
  /** The target of the whole model. */
  readonly value: number;
  readonly truncate: boolean;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** More places than this are not all tried: the gradient chooses which. */
const mostPlaces = 256;

/** Of so many: those with the largest estimates, and as many random ones to compare with. */
const tried = 64;

/** Passes between two reports of progress. */
const passesAtOnce = 64;

/** With fewer parts to compare with, one of them seems to stand out by chance too often. */
const fewestPlaces = 12;

/** Robust deviations beyond the median of the others. */
const limits = { supportedAbove: 6, notSupportedUpTo: 3 };

/** The rule of a verdict on a part of the model, for people; `docs/overview.md` says why. */
export const ablationRule = `Supported: without it the target changes by more than ${limits.supportedAbove} robust deviations beyond the median of the others, and setting it to its mean over the text instead of to zero still changes the target at least half as much, in the same direction. Not supported: no more than ${limits.notSupportedUpTo} deviations, or the mean changes it less than a quarter as much. Inconclusive: all else, or fewer than ${fewestPlaces} parts to compare.`;

/**
 * The one of several equal parts whose absence changes the target most: each is set to zero in a pass of its own. Where
 * there are many, the parts with the largest first-order estimates (gradient × value) are tried, and random others.
 * @returns the part, what the target loses without it, a verdict by {@link ablationRule}; the verdict says what all cost
 */
export async function mostImportant(
  question: AblationQuestion,
  places: readonly AblationPlace[],
): Promise<AblationFinding> {
  const { candidates, crowd, cost } = await chosen(question, places);
  const own = new Map<AblationPlace, number>();
  const asked = [...new Set([...candidates, ...crowd])];
  const part = places[0]!.part === 'head' ? 'heads' : 'MLPs';
  for (let start = 0; start < asked.length; start += passesAtOnce) {
    const some = asked.slice(start, start + passesAtOnce);
    const effects = await effectsOf(question, some, 'zero');
    for (const [i, place] of some.entries()) own.set(place, effects[i]!);
    question.onProgress?.({ done: start + some.length, total: asked.length, part });
  }
  const best = candidates.reduce((a, b) => (Math.abs(own.get(b)!) > Math.abs(own.get(a)!) ? b : a));
  const others = crowd.filter((place) => place !== best).map((place) => own.get(place)!);
  const [byMean] = await effectsOf(question, [best], 'mean');
  const effect = own.get(best)!;
  const verdict = judge(effect, byMean!, others);
  return { ...best, effect, verdict: { ...verdict, cost: cost + asked.length + 1 } };
}

/** What the target loses where each place is changed. */
async function effectsOf(
  { model, input, target, value, truncate, signal }: AblationQuestion,
  places: readonly AblationPlace[],
  edit: 'zero' | 'mean',
): Promise<number[]> {
  const variants = places.map(({ hook, head, position }): Intervention[] => [
    {
      ...{ hook, edit },
      ...(head === null ? {} : { heads: [head] }),
      ...(position === null ? {} : { positions: [position] }),
    },
  ]);
  const gradient = { target, of: [] };
  const runs = await model.sweep(input, variants, { gradient, truncate, ...(signal ? { signal } : {}) });
  return runs.map((run) => value - run.target.value);
}

/** Which places may be the most important one, and which it is compared with. */
async function chosen(question: AblationQuestion, places: readonly AblationPlace[]) {
  if (places.length <= mostPlaces) return { candidates: places, crowd: places, cost: 0 };
  const { model, input, target, truncate, signal, seed } = question;
  const hooks = [...new Set(places.map(({ hook }) => hook))];
  const run = await model.run(input, {
    ...{ capture: hooks, gradient: { target, of: hooks }, truncate },
    ...(signal ? { signal } : {}),
  });
  const estimates = new Map(
    places.map((place) => {
      const [value, slope] = [run.activation(place.hook), run.gradient(place.hook)];
      const width = value.shape.at(-1)!;
      const step = value.shape.slice(1).reduce((a, b) => a * b, 1);
      const positions = place.position === null ? [...Array(value.shape[0]).keys()] : [place.position];
      let sum = 0;
      for (const position of positions) {
        const start = position * step + (place.head ?? 0) * width;
        for (let i = start; i < start + width; i++) sum += Number(value.data[i]) * Number(slope.data[i]);
      }
      return [place, Math.abs(sum)];
    }),
  );
  const candidates = places.toSorted((a, b) => estimates.get(b)! - estimates.get(a)!).slice(0, tried);
  const order = randomOf(seed).permutation(places.length);
  return { candidates, crowd: Array.from(order.slice(0, tried), (i) => places[i]!), cost: 2 };
}

function judge(effect: number, byMean: number, others: readonly number[]): Omit<Verdict, 'cost'> {
  const sizes = others.map(Math.abs);
  const spread = deviation(sizes) ?? 0;
  const [average, error] = [mean(sizes) ?? 0, spread / Math.sqrt(Math.max(1, sizes.length))];
  const measures: Verdict['measures'] = [
    {
      ...{ metric: 'zero-ablation', value: effect, better: 'higher' },
      random: { mean: average, deviation: spread, standardError: error, seeds: sizes.length },
    },
    { metric: 'mean-ablation', value: byMean, better: 'higher', random: null },
  ];
  const because = reasonOf(effect, byMean, sizes, {
    count: sizes.length,
    mean: average,
    standardError: error,
  });
  return {
    conclusion: conclusionOf(because),
    because,
    reason: reasonSentence(because),
    rule: ablationRule,
    measures,
  };
}

function reasonOf(
  effect: number,
  byMean: number,
  sizes: readonly number[],
  others: Extract<Reason, { code: 'part' }>['others'],
): Reason {
  const parts = sizes.length + 1;
  if (parts < fewestPlaces) return { code: 'few-parts', parts, needed: fewestPlaces };
  const middle = median(sizes)!;
  const robust = 1.4826 * median(sizes.map((size) => Math.abs(size - middle)))!;
  const deviations = robust > 0 ? (Math.abs(effect) - middle) / robust : 0;
  return { code: 'part', effect, others, deviations, ...limits, byMean };
}

function conclusionOf(reason: Reason): Verdict['conclusion'] {
  if (reason.code !== 'part') return 'inconclusive';
  const { effect, byMean, deviations, supportedAbove, notSupportedUpTo } = reason;
  const kept = effect === 0 ? 0 : byMean / effect;
  if (deviations > supportedAbove && kept >= 0.5) return 'supported';
  return deviations <= notSupportedUpTo || kept < 0.25 ? 'not supported' : 'inconclusive';
}
