import type { HeadScores } from 'pellucid/explanations';
import { useMemo } from 'react';
import { type AttentionLook, rankings } from '../../state/attention-look.js';
import { useSubject } from '../../state/subject.js';
import { type Asked, useAnswer } from '../../state/use-answer.js';
import { useLook } from '../../state/use-look.js';

/** A head and its score; the share is where it stands between 0 and the largest possible or found score. */
export interface RankedHead {
  readonly layer: number;
  readonly head: number;
  readonly score: number;
  readonly share: number;
  /** The distance that a positional head looks at; null for other measures. */
  readonly offset: number | null;
}

export interface AskedScores {
  readonly asked: Asked<'head-scores'>;
  /** By the measure, the largest score first; null where there are none. */
  readonly ranked: readonly RankedHead[] | null;
  /** The chosen measure, or the first one that applies where it does not. */
  readonly measure: AttentionLook['rank'];
  /** Those that apply, as far as it is known. */
  readonly measures: readonly AttentionLook['rank'][];
}

/** The scores of all heads by the chosen measure. */
export function useHeadScores(): AskedScores {
  const { model, input } = useSubject();
  const { look, stack, layer, head } = useLook();
  const { rank } = look;
  // Repeated tokens have no place in an encoder-decoder; likeness is that on the text.
  const on = stack.stack === null && rank !== 'similarity' ? look.on : 'input';
  const asked = useAnswer(
    'head-scores',
    rank === 'none'
      ? null
      : {
          ...{ model: model.name, input, on },
          ...(stack.stack === null ? {} : { stack: stack.stack }),
          ...(rank === 'similarity' ? { like: { layer, head } } : {}),
        },
  );
  const { result } = asked;
  const measures = rankings.filter(
    (each) => each === 'none' || each === 'similarity' || (result?.measures.includes(each) ?? true),
  );
  const measure = measures.includes(rank) ? rank : measures[1]!;
  const ranked = useMemo(() => (result ? rankedBy(result, measure) : null), [result, measure]);
  return { asked, ranked, measure, measures };
}

function rankedBy({ measures, values, offsets }: HeadScores, rank: string): RankedHead[] | null {
  const at = measures.indexOf(rank);
  if (at < 0) return null;
  const [, layers, heads] = values.shape as [number, number, number];
  const size = layers * heads;
  const own = values.data.subarray(at * size, (at + 1) * size);
  const most = rank === 'entropy' ? Math.max(...own) || 1 : 1;
  return Array.from(own, (score, i) => ({
    ...{ layer: Math.floor(i / heads), head: i % heads, score, share: score / most },
    offset: rank === 'positional' ? (offsets?.data[i] ?? null) : null,
  })).sort((a, b) => b.score - a.score);
}
