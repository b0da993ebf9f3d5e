import { PellucidError } from '../errors.js';
import { type Choice, type Graph, type Node, Selector, type Value, type ValueType } from '../graph/index.js';
import { type Tensor, tensor } from '../tensor/index.js';
import { type Place, placeOn } from './batch.js';
import { hookAxes, matchHooks } from './hooks.js';

/** Hook points to keep, and of each only some heads or positions. What is left out is not computed or not copied. */
export interface Capture {
  /** Name or glob of hook points. */
  readonly hook: string;
  /** Layers counted from 0, where the glob reaches more. */
  readonly layers?: readonly number[];
  /** Heads counted from 0, in the order in which they are wanted. */
  readonly heads?: readonly number[];
  /** Positions counted from 0, negative ones from the end; destinations, of attention. */
  readonly positions?: readonly number[];
}

/** The part of a hook point that is kept; all of it where neither is given. */
export type CapturedPart = Pick<Capture, 'heads' | 'positions'>;

/** The hook points that are captured, in the order of the computation, and the part of each. */
export type Captures = ReadonlyMap<string, CapturedPart>;

/**
 * Finds the hook points that captures name.
 * @throws PellucidError `not-found` for a name that matches nothing, `bad-input` for heads or positions of a hook point
 * that has none, a head that does not exist, or two different parts of one hook point.
 */
export function resolveCaptures(
  given: readonly (string | Capture)[],
  graph: Graph,
  hooks: readonly string[] = graph.hooks,
): Captures {
  const parts = new Map<string, CapturedPart>();
  for (const capture of given) {
    const { hook, layers, heads, positions } = typeof capture === 'string' ? { hook: capture } : capture;
    const inLayers = (name: string) =>
      !layers || layers.includes(Number(/blocks\.(\d+)\./.exec(name)?.[1] ?? -1));
    const names = matchHooks([hook], hooks).filter(inLayers);
    if (names.length === 0)
      throw new PellucidError('not-found', `No hook point "${hook}" is in the layers ${layers?.join(', ')}.`);
    for (const name of names) {
      const part = { ...(heads ? { heads } : {}), ...(positions ? { positions } : {}) };
      checkPart(name, part, graph);
      const earlier = parts.get(name);
      if (earlier && JSON.stringify(earlier) !== JSON.stringify(part))
        throw new PellucidError(
          'bad-input',
          `Two different parts of ${name} are captured: ask for them in two runs.`,
        );
      parts.set(name, part);
    }
  }
  return new Map(hooks.flatMap((name) => (parts.has(name) ? [[name, parts.get(name)!] as const] : [])));
}

function checkPart(hook: string, { heads, positions }: CapturedPart, graph: Graph): void {
  const { shape } = graph.values.get(hook)!;
  const [head, position] = axesOf(hook, shape.length);
  const wrong = heads && head < 0 ? 'heads' : positions && position < 0 ? 'positions' : undefined;
  if (wrong) {
    const axes = hookAxes(hook, shape.length - 1).join(', ');
    throw new PellucidError('bad-input', `${hook} has no ${wrong}: its axes are ${axes}.`);
  }
  const count = shape[head];
  for (const each of heads ?? []) {
    if (Number.isInteger(each) && each >= 0 && each < Number(count)) continue;
    throw new PellucidError(
      'not-found',
      `Head ${each} of ${hook} does not exist: there are ${count}, counted from 0.`,
    );
  }
  for (const [what, list] of Object.entries({ heads, positions })) {
    if (list?.length === 0) throw new PellucidError('bad-input', `The list of ${what} of ${hook} is empty.`);
  }
}

/** Places of the head axis and of the axis of positions, the batch axis counted; -1 where there is none. */
function axesOf(hook: string, rank: number): [head: number, position: number] {
  const axes = ['batch', ...hookAxes(hook, rank - 1)];
  return [axes.indexOf('head'), axes.findIndex((axis) => axis === 'position' || axis === 'destination')];
}

/** Name of the output that holds the captured part of a hook point; the hook point itself where that is all of it. */
export function capturedName(hook: string, { heads, positions }: CapturedPart): string {
  const chosen = [...(heads ? ['heads'] : []), ...(positions ? ['positions'] : [])];
  return chosen.length === 0 ? hook : `${hook}.of.${chosen.join('.')}`;
}

/** Type of a captured part: chosen axes have the sizes of the lists that choose, and no padding. */
export function capturedType(hook: string, type: ValueType, { heads, positions }: CapturedPart): ValueType {
  const [head, position] = axesOf(hook, type.shape.length);
  const shape = type.shape.map((size, axis) =>
    axis === head && heads
      ? `${hook}.heads.0`
      : axis === position && positions
        ? `${hook}.positions.0`
        : size,
  );
  return { dtype: type.dtype, shape };
}

/** The graph with an output for each captured part, computed from as little as possible; see {@link Selector}. */
export function withCapturedParts(graph: Graph, captures: Captures): Graph {
  const selector = new Selector(graph);
  const added: Value[] = [];
  const select = (hook: string): Node[] => {
    const part = captures.get(hook);
    if (!part || capturedName(hook, part) === hook) return [];
    const axes = axesOf(hook, graph.values.get(hook)!.shape.length);
    let selected = hook;
    for (const [i, what] of (['heads', 'positions'] as const).entries()) {
      if (!part[what]) continue;
      const name = `${hook}.${what}`;
      const input: Value = { name, dtype: 'I64', shape: [`${name}.0`] };
      added.push(input);
      selector.define(input);
      selected = selector.select(selected, axes[i]!, gather(name));
    }
    const output = { ...selector.values.get(selected)!, name: capturedName(hook, part) };
    selector.write({ operator: 'Identity', inputs: [selected], outputs: [output.name], attributes: {} }, [
      output,
    ]);
    return selector.takeNodes();
  };
  const nodes = [
    ...graph.inputs.flatMap(({ name }) => select(name)),
    // Right behind the hook point, so that a part belongs to the same block.
    ...graph.nodes.flatMap((node) => [node, ...select(node.outputs[0]!)]),
  ];
  return { ...graph, inputs: [...graph.inputs, ...added], nodes, values: selector.values };
}

function gather(indices: string): Choice {
  return {
    name: indices,
    size: `${indices}.0`,
    take: (input, axis) => ({ operator: 'Gather', inputs: [input, indices], attributes: { axis } }),
  };
}

/**
 * The feeds that captured parts ask for. Rows that are padded on the left, or positions counted from the end, need
 * different columns of the batch: all of them are taken, and {@link ownPositions} finds each row's own.
 * @throws PellucidError `bad-input` for a position outside a row's text.
 */
export function captureFeeds(
  captures: Captures,
  graph: Graph,
  rows: readonly Place[],
): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  for (const [hook, { heads, positions }] of captures) {
    if (heads) feeds[`${hook}.heads`] = indices(heads);
    if (positions)
      feeds[`${hook}.positions`] = indices(columns(hook, positions, placesOf(hook, graph, rows)));
  }
  return feeds;
}

function indices(values: readonly number[]): Tensor {
  return tensor('I64', [values.length], BigInt64Array.from(values, BigInt));
}

/** Where the rows' tokens stand along the axis of positions of a hook point. */
function placesOf(hook: string, graph: Graph, rows: readonly Place[]): readonly Place[] {
  const { shape } = graph.values.get(hook)!;
  const axis = shape[axesOf(hook, shape.length)[1]];
  return rows.map((row) => placeOn(axis, row) ?? row);
}

function columns(hook: string, positions: readonly number[], places: readonly Place[]): number[] {
  const all = places.flatMap((place) => positions.map((position) => column(hook, position, place)));
  return [...new Set(all)].sort((a, b) => a - b);
}

function column(hook: string, position: number, { start, length }: Place): number {
  const index = position < 0 ? position + length : position;
  if (Number.isInteger(index) && index >= 0 && index < length) return start + index;
  throw new PellucidError(
    'bad-input',
    `Position ${position} of ${hook} does not exist: the text has ${length} tokens, counted from 0.`,
  );
}

/** Of a row's captured part the positions that the row asked for, in the order asked. */
export function ownPositions(
  value: Tensor,
  hook: string,
  { positions }: CapturedPart,
  graph: Graph,
  row: number,
  rows: readonly Place[],
): Tensor {
  if (!positions) return value;
  const places = placesOf(hook, graph, rows);
  const taken = columns(hook, positions, places);
  const wanted = positions.map((position) => taken.indexOf(column(hook, position, places[row]!)));
  if (wanted.length === taken.length && wanted.every((index, i) => index === i)) return value;
  const axis = axesOf(hook, value.shape.length + 1)[1] - 1;
  return takeAlong(value as Tensor<'F32'>, axis, wanted);
}

function takeAlong({ shape, data }: Tensor<'F32'>, axis: number, wanted: readonly number[]): Tensor<'F32'> {
  const size = (part: readonly number[]) => part.reduce((product, each) => product * each, 1);
  const inner = size(shape.slice(axis + 1));
  const outer = size(shape.slice(0, axis));
  const result = new Float32Array(outer * wanted.length * inner);
  for (let i = 0; i < outer; i++) {
    for (const [j, index] of wanted.entries()) {
      const from = (i * shape[axis]! + index) * inner;
      result.set(data.subarray(from, from + inner), (i * wanted.length + j) * inner);
    }
  }
  return tensor('F32', [...shape.slice(0, axis), wanted.length, ...shape.slice(axis + 1)], result);
}
