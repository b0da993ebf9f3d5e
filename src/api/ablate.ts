import { deviation, mean } from 'd3-array';
import { PellucidError } from '../errors.js';
import type { Subject, TargetRecord } from '../explanations/index.js';
import type { Intervention, Model, ModelInput, Progress, Target } from '../model/index.js';
import { ask, Coalitions, inputOf, type Question } from '../question/index.js';
import { randomOf } from '../random.js';
import { parseTarget } from '../targets/parse-target.js';
import type { Tensor } from '../tensor/index.js';
import type { Part, PartEdit } from './part.js';
import {
  type CleanPatterns,
  interventionsOf,
  noSuchPart,
  patternHook,
  requireEdit,
  rowOf,
  sizesOf,
  withFrozenAttention,
} from './part-edits.js';

/** What is taken away, and what is asked. */
export interface AblateOptions {
  readonly part: Part;
  /** The scalar that is read again: `parseTarget` or its text; the model's own best answer by default. */
  readonly target?: Target | string | undefined;
  /** `zero` by default. */
  readonly edit?: PartEdit | undefined;
  /** Most parts of the same kind that are taken away for comparison; 20 by default. */
  readonly controls?: number | undefined;
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What taking a part away did, beside what taking others away does: the receipt of a test. */
export interface AblationResult {
  readonly subject: Subject;
  readonly part: Part;
  readonly edit: PartEdit;
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

type TokenPart = Extract<Part, { kind: 'token' }>;
type Unit = Exclude<Part, TokenPart>;
type Edge = Extract<Part, { kind: 'edge' }>;

/** Bytes of patterns that are held for the variants of one sweep. */
const patternBytesAtOnce = 64e6;

/**
 * Takes one part away and reads the target again; beside it, the same for other parts of the same kind, chosen at random without
 * repetition. A token is taken away as perturbation methods do it, if wanted with attention frozen as it is with the token; heads,
 * attention, MLPs and layers are set to zero or to their mean over the positions, and heads and attention also to `even`: each
 * token looks at all that it looks at alike; the weight of an edge is set to zero, beside other edges of its head.
 * @throws PellucidError `bad-input` for an edit that a part does not have; `not-found` for a part that is not there.
 * @example
 * const { change, controls } = await ablate(model, 'Anna met Tom. Anna met', { part: { kind: 'head', layer: 2, head: 1 } });
 */
export async function ablate(
  model: Model,
  input: ModelInput,
  options: AblateOptions,
): Promise<AblationResult> {
  const {
    part,
    edit = 'zero',
    controls = 20,
    seed = 0,
    signal,
    onProgress,
    target: given = 'logit',
  } = options;
  requireEdit(part, edit);
  const target = typeof given === 'string' ? parseTarget(given) : given;
  const question = await ask(model, input, { target, seed, signal, onProgress });
  const others = part.kind === 'edge' ? await edgePeers(question, part) : peersOf(part, question);
  const order = randomOf(seed).permutation(others.length).slice(0, controls);
  const parts = [part, ...order.map((i) => others[i]!)];
  const values =
    part.kind === 'token'
      ? await withoutTokens(question, parts as TokenPart[])
      : await withoutUnits(question, parts as Unit[], edit);
  const before = question.record.value;
  const [change, ...changes] = values.map((value) => value - before);
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

/** All other edges of the same head. @throws PellucidError `not-found` where there is no such edge */
async function edgePeers(question: Question, part: Edge): Promise<Part[]> {
  const { layer, head, destination, source } = part;
  const { layers, heads } = sizesOf(part, question.model.dimensions);
  if (layer < layers && head < heads) {
    const [pattern] = (await patternsFor(question, [part])).values();
    const [, rows, columns] = pattern!.shape as readonly [number, number, number];
    const edges = Array.from({ length: rows }, (_, row) =>
      [...rowOf(pattern!, head, row)].flatMap((weight, column): Edge[] =>
        weight > 0 ? [{ ...part, destination: row, source: column }] : [],
      ),
    ).flat();
    const others = edges.filter((other) => !isSame(other, part));
    if (destination < rows && source < columns && others.length < edges.length) return others;
  }
  throw new PellucidError(
    'not-found',
    `Head ${layer}.${head} has no edge from position ${destination} to position ${source}.`,
  );
}

/** All other parts of the same kind. @throws PellucidError `not-found` where there is no such part. */
function peersOf(part: Exclude<Part, Edge>, { model, features }: Question): Part[] {
  if (part.kind === 'token') {
    const own = features.findIndex(({ positions }) => positions.includes(part.position));
    if (own < 0) {
      throw new PellucidError(
        'not-found',
        `Position ${part.position} has no token that can be taken away: the text has ${features.length}.`,
      );
    }
    const rest = features.filter((_, i) => i !== own);
    return rest.map(({ positions }) => ({ ...part, position: positions[0]! }));
  }
  const { layers, heads } = sizesOf(part, model.dimensions);
  const all = Array.from({ length: layers }, (_, layer) =>
    part.kind === 'head'
      ? Array.from({ length: heads }, (_, head): Part => ({ ...part, layer, head }))
      : [{ ...part, layer }],
  ).flat();
  const others = all.filter((other) => !isSame(other, part));
  if (others.length < all.length) return others;
  throw noSuchPart(layers, heads);
}

function isSame(a: Part, b: Part): boolean {
  return JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
}

async function withoutTokens(question: Question, parts: readonly TokenPart[]): Promise<number[]> {
  if (parts[0]!.frozen)
    return changedTargets(
      question,
      parts.map((part) => withFrozenAttention(question, part)),
    );
  const coalitions = new Coalitions(question);
  const featureAt = (position: number) =>
    question.features.findIndex(({ positions }) => positions.includes(position));
  return [
    ...(await coalitions.values(parts.map(({ position }) => coalitions.of([featureAt(position)], false)))),
  ];
}

async function withoutUnits(question: Question, parts: readonly Unit[], edit: PartEdit): Promise<number[]> {
  const { model } = question;
  const needsPatterns = parts[0]!.kind === 'edge' || edit === 'even';
  const { heads } = sizesOf(parts[0]!, model.dimensions);
  const bytes = needsPatterns ? heads * question.tokens.length ** 2 * 4 : 0;
  const atOnce = needsPatterns ? Math.max(1, Math.floor(patternBytesAtOnce / bytes)) : parts.length;
  const values: number[] = [];
  for (let start = 0; start < parts.length; start += atOnce) {
    const some = parts.slice(start, start + atOnce);
    const patterns = needsPatterns ? await patternsFor(question, some) : new Map<string, Tensor>();
    const variants = some.map((part) => interventionsOf(part, edit, model, patterns));
    values.push(...(await changedTargets(question, variants)));
  }
  return values;
}

/** The patterns of the layers that some parts of attention belong to. */
async function patternsFor(question: Question, parts: readonly Unit[]): Promise<CleanPatterns> {
  const { model, signal } = question;
  const hooks = parts.flatMap((part) =>
    part.kind === 'mlp' || part.kind === 'layer' ? [] : [patternHook(part, model.dimensions)],
  );
  const capture = [...new Set(hooks)];
  using run = await model.run(readAgain(question), { capture, answers: 'none', signal });
  return new Map(capture.map((hook) => [hook, run.activation(hook)]));
}

/** The target with each of some changes. */
async function changedTargets(
  question: Question,
  variants: readonly (readonly Intervention[])[],
): Promise<number[]> {
  const { model, target, signal } = question;
  const gradient = { target, of: [] };
  const runs = await model.sweep(readAgain(question), variants, { capture: [], gradient, signal });
  return runs.map((run) => run.target.value);
}

/** What was read, with the texts in which answers are looked for. */
function readAgain(question: Question): Exclude<ModelInput, string> {
  const { text, pair } = question.subject;
  return {
    ...inputOf(question),
    ...(text === null ? {} : { text }),
    ...(pair === null ? {} : { pair }),
  };
}
