import { attentionMap, joinPositions } from '../attention-maps/index.js';
import type { Attention } from '../explanations/index.js';
import { featuresOf } from '../features/index.js';
import { type Token, tensor } from '../tensor/index.js';

/** Some positions that are shown as one token. */
interface Group {
  readonly token: Token;
  readonly positions: readonly number[];
}

/**
 * Attention between words or sentences: what goes to the tokens of one is added up, and of what its tokens look at the mean is taken.
 * Tokens without a text, such as `[CLS]`, stay by themselves; so do all of a decoder, whose text is not known.
 */
export function joinTokens(attention: Attention, by: 'words' | 'sentences'): Attention {
  const { tokens, destinationTokens, subject, values, options } = attention;
  const alone = (token: Token, position: number): Group => ({ token, positions: [position] });
  const hasText = subject.text !== null && options.stack !== 'decoder';
  const sources = hasText ? groupsOf(tokens, subject.text, subject.pair, by) : tokens.map(alone);
  const destinations = destinationTokens?.map(alone) ?? sources;
  const [rows, columns] = values.shape.slice(-2) as [number, number];
  const outer = values.shape.slice(0, -2);
  const count = outer.reduce((a, b) => a * b, 1);
  const size = destinations.length * sources.length;
  const data = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    const map = attentionMap(
      rows,
      columns,
      values.data.subarray(i * rows * columns, (i + 1) * rows * columns),
    );
    const positions = (groups: readonly Group[]) => groups.map((group) => group.positions);
    data.set(joinPositions(map, positions(destinations), positions(sources)).weights, i * size);
  }
  const shape = [...outer, destinations.length, sources.length];
  return {
    ...attention,
    tokens: sources.map(({ token }) => token),
    values: tensor('F32', shape, data, values.axes) as Attention['values'],
  };
}

/** The words or sentences of a text, and the tokens that belong to none, in order. */
function groupsOf(
  tokens: readonly Token[],
  text: string | null,
  pair: string | null,
  by: 'words' | 'sentences',
): Group[] {
  const features = featuresOf({ tokens, text, pair }, { by });
  const joined = new Set(features.flatMap(({ positions }) => positions));
  const groups = features.map(({ label, positions, span, segment }): Group => {
    const first = tokens[positions[0]!]!;
    return { positions, token: { ...first, piece: label, text: label, offsets: span, segment } };
  });
  const others = [...tokens.entries()]
    .filter(([position]) => !joined.has(position))
    .map(([position, token]): Group => ({ token, positions: [position] }));
  return [...groups, ...others].sort((a, b) => a.positions[0]! - b.positions[0]!);
}
