import { deviation, mean } from 'd3-array';
import { PellucidError } from '../errors.js';
import type { Subject, TargetRecord } from '../explanations/index.js';
import type { Dimensions, Intervention, Model, ModelInput, Target } from '../model/index.js';
import { ask, Coalitions, type Question } from '../question/index.js';
import { randomOf } from '../random.js';
import type { Watch } from './model-host.js';
import type { Part } from './part.js';

/** What is taken away, and what is asked. */
export interface AblationRequest {
  readonly input: ModelInput;
  readonly target: Target;
  readonly part: Part;
  readonly edit: 'zero' | 'mean';
  /** Most parts of the same kind that are taken away for comparison. */
  readonly controls: number;
  readonly seed: number;
}

/** What taking a part away did, beside what taking others away does: the receipt of a test. */
export interface AblationResult {
  readonly subject: Subject;
  readonly part: Part;
  readonly edit: 'zero' | 'mean';
  readonly target: TargetRecord;
  /** The target without the part. */
  readonly value: number;
  /** `value` minus the target as it was. */
  readonly change: number;
  readonly controls: {
    /** The parts that were taken away, each alone, and the changes. */
    readonly parts: readonly Part[];
    readonly changes: readonly number[];
    readonly mean: number;
    readonly deviation: number;
    /** How many changed the target at least as much. */
    readonly atLeast: number;
  };
}

/**
 * Takes one part away and reads the target again; beside it, the same for other parts of the same kind, chosen at random without
 * repetition. A token is taken away as perturbation methods do it; heads, attention and MLPs are set to zero or to their mean
 * over the positions; the weight of an edge is set to zero, beside other edges of its head.
 * @throws PellucidError `bad-input` for the mean of an edge, which has none; `not-found` for a part that is not there, `unsupported` for encoder-decoders.
 */
export async function ablate(
  model: Model,
  { input, target, part, edit, controls, seed }: AblationRequest,
  { signal, onProgress }: Watch,
): Promise<AblationResult> {
  if (model.dimensions.decoder) {
    throw new PellucidError(
      'unsupported',
      'Parts of encoder-decoders cannot be tested here yet: use model.sweep.',
    );
  }
  const question = await ask(model, input, {
    target,
    seed,
    signal,
    onProgress,
  });
  const weights = part.kind === 'edge' ? await edgeWeights(question, part, edit, signal) : null;
  const others = part.kind === 'edge' ? edgePeers(part, weights!) : peersOf(part, model.dimensions, question);
  const order = randomOf(seed).permutation(others.length).slice(0, controls);
  const parts = [part, ...order.map((i) => others[i]!)];
  const values =
    part.kind === 'token'
      ? await withoutTokens(question, parts)
      : await withoutUnits(question, parts, edit, weights, signal);
  const before = question.record.value;
  const [change, ...changes] = Array.from(values, (value) => value - before);
  return {
    ...{ subject: question.subject, part, edit, target: question.record },
    value: values[0]!,
    change: change!,
    controls: {
      parts: parts.slice(1),
      changes,
      mean: mean(changes) ?? 0,
      deviation: deviation(changes) ?? 0,
      atLeast: changes.filter((other) => Math.abs(other) >= Math.abs(change!)).length,
    },
  };
}

type Edge = Extract<Part, { kind: 'edge' }>;

/** The weights of an edge's head, row-major. @throws PellucidError `bad-input`, `not-found` */
async function edgeWeights(
  { model, tokens, subject }: Question,
  { layer, head, destination, source }: Edge,
  edit: 'zero' | 'mean',
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  if (edit === 'mean')
    throw new PellucidError('bad-input', 'The weight of an edge has no mean over positions: set it to zero.');
  const { layers, heads } = model.dimensions;
  const count = tokens.length;
  const { text, pair } = subject;
  const known = { ...(text === null ? {} : { text }), ...(pair === null ? {} : { pair }) };
  if (layer < layers && head < heads && destination < count && source < count) {
    const capture = { hook: `blocks.${layer}.attn.hook_pattern`, heads: [head] };
    using run = await model.run({ tokens, ...known }, { capture, answers: 'none', signal });
    const weights = run.attention({ layer, head }).values.data;
    if (weights[destination * count + source]! > 0) return weights;
  }
  throw new PellucidError(
    'not-found',
    `Head ${layer}.${head} has no edge from position ${destination} to position ${source}.`,
  );
}

/** All other edges of the same head. */
function edgePeers({ layer, head, destination, source }: Edge, weights: Float32Array): Part[] {
  const count = Math.sqrt(weights.length);
  return [...weights.keys()]
    .filter((i) => weights[i]! > 0 && i !== destination * count + source)
    .map((i) => ({ kind: 'edge', layer, head, destination: Math.floor(i / count), source: i % count }));
}

/**
 * The change of a model that takes a part away; `hook_z` is what a head adds, before it is mixed into the stream.
 * @param weights of the head of an edge
 */
function interventionOf(
  part: Exclude<Part, { kind: 'token' }>,
  edit: 'zero' | 'mean',
  weights: Float32Array | null,
): Intervention {
  switch (part.kind) {
    case 'edge': {
      const { layer, head, destination, source } = part;
      const count = Math.sqrt(weights!.length);
      // The weight less itself is exactly 0; those of the other sources stay.
      const value = Array.from({ length: count }, (_, i) =>
        i === source ? -weights![destination * count + i]! : 0,
      );
      const hook = `blocks.${layer}.attn.hook_pattern`;
      return { hook, heads: [head], positions: [destination], edit: 'add', value };
    }
    case 'head':
      return { hook: `blocks.${part.layer}.attn.hook_z`, heads: [part.head], edit };
    case 'attention':
      return { hook: `blocks.${part.layer}.hook_attn_out`, edit };
    case 'mlp':
      return { hook: `blocks.${part.layer}.hook_mlp_out`, edit };
  }
}

/** All other parts of the same kind. @throws PellucidError `not-found` where there is no such part. */
function peersOf(part: Exclude<Part, Edge>, { layers, heads }: Dimensions, { features }: Question): Part[] {
  const all: Part[] =
    part.kind === 'token'
      ? features.map(({ positions }) => ({ kind: 'token', position: positions[0]! }))
      : part.kind === 'head'
        ? Array.from({ length: layers * heads }, (_, i) => ({
            kind: 'head',
            layer: Math.floor(i / heads),
            head: i % heads,
          }))
        : Array.from({ length: layers }, (_, layer) => ({ kind: part.kind, layer }));
  const others = all.filter((other) => !isSame(other, part));
  if (others.length < all.length) return others;
  throw new PellucidError(
    'not-found',
    part.kind === 'token'
      ? `Position ${part.position} has no token that can be taken away: the text has ${features.length}.`
      : `There is no such part: the model has ${layers} layers of ${heads} heads, counted from 0.`,
  );
}

function isSame(a: Part, b: Part): boolean {
  return JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
}

async function withoutTokens(question: Question, parts: readonly Part[]): Promise<Float64Array> {
  const coalitions = new Coalitions(question);
  const featureAt = (position: number) =>
    question.features.findIndex(({ positions }) => positions.includes(position));
  return coalitions.values(
    parts.map((part) => coalitions.of(part.kind === 'token' ? [featureAt(part.position)] : [], false)),
  );
}

async function withoutUnits(
  { model, subject, tokens, target }: Question,
  parts: readonly Part[],
  edit: 'zero' | 'mean',
  weights: Float32Array | null,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const { text, pair } = subject;
  const variants = parts.map((part) => (part.kind === 'token' ? [] : [interventionOf(part, edit, weights)]));
  const known = { ...(text === null ? {} : { text }), ...(pair === null ? {} : { pair }) };
  const runs = await model.sweep({ tokens, ...known }, variants, {
    capture: [],
    gradient: { target, of: [] },
    signal,
  });
  return Float64Array.from(runs, (run) => run.target.value);
}
