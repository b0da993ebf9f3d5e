import type { Token } from '../../tensor/index.js';

/** Which sentences of a pair are joined by lines: all, or from one to one. */
export type SentencePair = 'all' | 'aa' | 'ab' | 'ba' | 'bb';

/** Lines between tokens: the same place of each list belongs to one line. */
export interface Lines {
  readonly count: number;
  /** Which of the heads that were given. */
  readonly head: Uint16Array;
  readonly destination: Uint32Array;
  readonly source: Uint32Array;
  readonly weight: Float32Array;
  /** Share of the allowed attention that the lines carry, 0 to 1. */
  readonly covered: number;
  /** Lines at or above the threshold, of which `count` are drawn. */
  readonly found: number;
  /** No line drawn is lighter than this. */
  readonly threshold: number;
}

/** What decides which lines are drawn. */
export interface LineChoice {
  readonly rows: number;
  readonly columns: number;
  /** Whether a pair of tokens may be joined. */
  readonly allowed: (destination: number, source: number) => boolean;
  /** Least weight; null for the largest one that covers `defaultCover`. */
  readonly threshold: number | null;
  /** Most lines that are drawn: the strongest. */
  readonly most: number;
}

/** Share of the attention that is covered where no threshold is asked for. */
export const defaultCover = 0.8;
/** Steps between 0 and 1 in which weights are counted; thresholds are whole numbers of them. */
const bins = 2000;

/** Whether two tokens belong to the sentences that are looked at. */
export function allowedBy(
  pair: SentencePair,
  destinations: readonly Token[],
  sources: readonly Token[],
): (destination: number, source: number) => boolean {
  if (pair === 'all') return () => true;
  const [from, to] = [Number(pair[0] === 'b'), Number(pair[1] === 'b')];
  return (destination, source) =>
    destinations[destination]!.segment === from && sources[source]!.segment === to;
}

/**
 * Chooses the lines of some heads: those at or above a threshold, the strongest where they are too many.
 * @param heads one pattern for each head, row-major; NaN is left out
 */
export function chooseLines(heads: readonly Float32Array[], choice: LineChoice): Lines {
  const { columns, allowed, most } = choice;
  const counts = new Uint32Array(bins + 1);
  const masses = new Float64Array(bins + 1);
  let total = 0;
  const each = (visit: (head: number, row: number, column: number, value: number) => void) => {
    for (const [head, values] of heads.entries()) {
      for (let i = 0; i < values.length; i++) {
        const value = values[i]!;
        if (value > 0 && allowed(Math.floor(i / columns), i % columns)) {
          visit(head, Math.floor(i / columns), i % columns, value);
        }
      }
    }
  };
  const binOf = (value: number) => Math.min(bins, Math.floor(value * bins + 1e-4));
  each((_head, _row, _column, value) => {
    const bin = binOf(value);
    counts[bin]! += 1;
    masses[bin]! += value;
    total += value;
  });

  // From the heaviest bin down, as far as the threshold or the cover asks, and the limit allows.
  const wanted = choice.threshold === null ? 0 : Math.ceil(choice.threshold * bins - 1e-4);
  let [found, drawn, mass, lowest] = [0, 0, 0, bins + 1];
  let reached = 0;
  for (let bin = bins; bin >= wanted; bin--) {
    if (choice.threshold === null && total > 0 && reached >= defaultCover * total) break;
    found += counts[bin]!;
    reached += masses[bin]!;
    if (found > most && drawn > 0) continue;
    if (found > most) break;
    drawn = found;
    mass = reached;
    lowest = bin;
  }
  const lines = {
    head: new Uint16Array(drawn),
    destination: new Uint32Array(drawn),
    source: new Uint32Array(drawn),
    weight: new Float32Array(drawn),
  };
  let next = 0;
  each((head, row, column, value) => {
    if (binOf(value) < lowest || next >= drawn) return;
    lines.head[next] = head;
    lines.destination[next] = row;
    lines.source[next] = column;
    lines.weight[next++] = value;
  });
  return { ...lines, count: drawn, covered: total > 0 ? mass / total : 0, found, threshold: lowest / bins };
}

/** Every line of one token, whatever its weight: what is drawn while it is looked at. */
export function linesOfToken(
  heads: readonly Float32Array[],
  side: 'destination' | 'source',
  index: number,
  { rows, columns, allowed }: Pick<LineChoice, 'rows' | 'columns' | 'allowed'>,
): Lines {
  const others = side === 'destination' ? columns : rows;
  const most = heads.length * others;
  const head = new Uint16Array(most);
  const destination = new Uint32Array(most);
  const source = new Uint32Array(most);
  const weight = new Float32Array(most);
  let count = 0;
  for (const [which, values] of heads.entries()) {
    for (let other = 0; other < others; other++) {
      const [row, column] = side === 'destination' ? [index, other] : [other, index];
      const value = values[row * columns + column]!;
      if (!(value > 0) || !allowed(row, column)) continue;
      head[count] = which;
      destination[count] = row;
      source[count] = column;
      weight[count++] = value;
    }
  }
  const drawn = { weight: weight.subarray(0, count), head, destination, source };
  return { ...drawn, count, covered: count > 0 ? 1 : 0, found: count, threshold: 0 };
}

/** Positions of the largest values of a list, largest first; NaN and zeros are not among them. */
export function strongest(values: Float32Array, count: number): number[] {
  return [...values.keys()]
    .filter((index) => values[index]! > 0)
    .sort((a, b) => values[b]! - values[a]!)
    .slice(0, count);
}
