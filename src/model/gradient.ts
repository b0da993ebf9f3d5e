import { PellucidError } from '../errors.js';
import type { TargetRecord } from '../explanations/index.js';
import { type Graph, gradientOf, type ValueType } from '../graph/index.js';
import { type Tensor, type Token, tensor } from '../tensor/index.js';
import { answerLogits } from './answer-logits.js';
import { answersHook } from './architecture.js';
import type { GraphExtension } from './executor.js';
import { gradientGraph, targetIds, targetPlace, targetReference, targetValue } from './gradient-graph.js';
import { matchHooks } from './hooks.js';
import { embeddingHook } from './sentence-embedding.js';
import type { AnswerScale, Target } from './target.js';
import { type AnswerNames, answerId, isVocabulary, targetPosition } from './target-answers.js';

/** A derivative that a run is asked for. */
export interface GradientRequest {
  /** What is differentiated; of a batch, one for all inputs or one of the same kind for each. */
  readonly target: Target | readonly Target[];
  /** Hook points with respect to which, by name or glob: `hook_embed`, `blocks.*.hook_resid_pre`. */
  readonly of: string | readonly string[];
  /** Hook points that are taken as constants, by name or glob: `blocks.*.attn.hook_pattern`, `blocks.3.hook_mlp_out`. */
  readonly freeze?: string | readonly string[];
}

/** The derivatives of one run. */
export interface RunGradient {
  readonly target: TargetRecord;
  /** By hook point, in the shape of its value. */
  readonly values: ReadonlyMap<string, Tensor>;
}

/** A request made fit for a model and its inputs. */
export interface GradientPlan {
  /** Where the head must answer for the target, a list for each row; empty where it always does. */
  readonly positions: readonly (readonly number[])[];
  readonly extension: GraphExtension;
  /** Takes target and gradients of a row out of its values. */
  take(values: Map<string, Tensor>, row: number): RunGradient;
}

/**
 * Resolves the names of a request.
 * @param changed hook points whose values are given or edited: the target must see them
 * @throws PellucidError `not-found` for hook points, tokens or labels that do not exist, `bad-input` for a target that
 * the model does not have.
 */
export function planGradient(
  request: GradientRequest,
  graph: Graph,
  rows: readonly (readonly Token[])[],
  names: AnswerNames,
  changed: readonly string[],
): GradientPlan {
  const targets = targetsOf(request, rows.length);
  const { definition } = targets[0]!;
  const scale = scaleOf(names);
  requireFit(targets[0]!, scale, names);
  const sources = matchHooks([request.of].flat(), graph.hooks);
  const frozen = request.freeze === undefined ? [] : matchHooks([request.freeze].flat(), graph.hooks);
  const read = targets.map((target, row) => placesOf(target, rows[row]!, names));
  const places = read[0]!.length;
  const takes = read[0]![0]!.ids.length;
  const ownBest = definition.takes === 1 && takes === 0;
  const logits =
    definition.needs === 'embedding'
      ? embeddingHook
      : answerLogits(graph, [...sources, ...frozen, ...changed]);
  const count = places * Number(graph.values.get(logits)!.shape.at(-1));
  const references = definition.reads === 'comparison' ? referencesOf(targets, count) : undefined;
  const { answerer } = names;
  const nameOf = isVocabulary(answerer) ? answerer.word : (id: number) => answerer.labels[id] ?? `#${id}`;

  const typeOf = (name: string) => graph.values.get(name)!;
  const outputs = new Map<string, ValueType>([[targetValue, { dtype: 'F32', shape: ['batch'] }]]);
  if (ownBest) outputs.set(targetIds, { dtype: 'I64', shape: ['batch', places, 1] });
  for (const source of sources) outputs.set(gradientOf(source), typeOf(source));

  return {
    positions: read.map((own) =>
      logits === answersHook ? own.flatMap(({ position }) => position ?? []) : [],
    ),
    extension: {
      key: JSON.stringify([definition.name, scale, logits, ownBest, places, sources, frozen]),
      outputs,
      reads: [logits],
      sources,
      frozen,
      extend: (whole) =>
        gradientGraph(whole, { definition, scale, logits, ownBest, places, sources, frozen }),
      feeds: (rows, batch) => {
        const startOf = (row: number) => batch.rows[row]!.start;
        const indexOf = (position: number | null, row: number) =>
          logits === answersHook ? rows[row]!.answers.indexOf(position!) : startOf(row) + (position ?? 0);
        const at = read.flatMap((own, row) => own.map(({ position }) => indexOf(position, row)));
        // Answers that are positions move with the padding on the left.
        const shift = (row: number) => (isSpan(definition) ? startOf(row) : 0);
        const ids = read.flatMap((own, row) =>
          own.flatMap((place) => place.ids.map((id) => id + shift(row))),
        );
        return {
          [targetIds]: indices([rows.length * places, takes, 1], ids),
          [targetPlace]: indices([rows.length, places, 1], at),
          ...(references ? { [targetReference]: references } : {}),
        };
      },
    },
    take: (values, row) => {
      const take = (name: string) => {
        const value = values.get(name)!;
        values.delete(name);
        return value;
      };
      const own = read[row]!;
      const ids = ownBest ? Array.from(take(targetIds).data, Number) : own.flatMap((place) => place.ids);
      const text = (id: number) => (isSpan(definition) ? rows[row]![id]!.text : nameOf(id));
      const positions = own.flatMap(({ position }) => position ?? []);
      const target: TargetRecord = {
        name: definition.name,
        answers: ids.map((id) => ({ id, text: text(id) })),
        position: positions[0] ?? null,
        ...(positions.length > 1 ? { places: positions } : {}),
        value: Number(take(targetValue).data[0]),
      };
      return { target, values: new Map(sources.map((source) => [source, take(gradientOf(source))])) };
    },
  };
}

/** A place at which a target is read, and the ids of the answers that it speaks of there. */
interface ReadPlace {
  readonly position: number | null;
  readonly ids: readonly number[];
}

function placesOf(target: Target, tokens: readonly Token[], names: AnswerNames): ReadPlace[] {
  const { definition } = target;
  if (definition.needs === 'embedding') return [{ position: null, ids: [] }];
  if (isSpan(definition)) return [{ position: null, ids: target.answers.map(Number) }];
  const places = target.places ?? [{ position: target.position, answers: target.answers }];
  return places.map(({ position, answers }) => ({
    position: targetPosition({ ...target, position }, tokens, names),
    ids: answers.map((answer) => answerId(answer, names)),
  }));
}

/** Whether the answers of a target are tokens of the input itself. */
function isSpan({ reads }: Target['definition']): boolean {
  return reads === 'start' || reads === 'end';
}

/** What each row is compared with, F32 [place, answer]. */
function referencesOf(targets: readonly Target[], size: number): Tensor {
  const data = new Float32Array(targets.length * size);
  for (const [row, { definition, reference }] of targets.entries()) {
    if (reference?.length !== size) {
      throw new PellucidError(
        'bad-input',
        `The target "${definition.name}" is compared with ${reference?.length ?? 0} numbers, and it needs ${size}: ${definition.summary}.`,
      );
    }
    data.set(reference, row * size);
  }
  const places = Math.max(1, targets[0]!.places?.length ?? 1);
  return tensor('F32', [targets.length * places, size / places], data);
}

function targetsOf({ target }: GradientRequest, rows: number): readonly Target[] {
  const targets: readonly Target[] =
    'definition' in target ? Array.from({ length: rows }, () => target) : target;
  if (targets.length !== rows) {
    throw new PellucidError(
      'bad-input',
      `${targets.length} targets are given for ${rows} inputs: give one for each.`,
    );
  }
  const [first] = targets;
  const other = targets.find(
    (each) => each.definition !== first!.definition || shapeOf(each) !== shapeOf(first!),
  );
  if (!other) return targets;
  const kinds = `"${first!.definition.name}" and "${other.definition.name}"`;
  throw new PellucidError(
    'bad-input',
    `The targets of one batch must be of one kind, not ${kinds}: run them apart.`,
  );
}

/** How many answers a target speaks of at each of its places. */
function shapeOf({ answers, places }: Target): string {
  return (places ?? [{ answers }]).map((place) => place.answers.length).join();
}

/** How a head's answers become probabilities. */
export function scaleOf({ answerer, count }: AnswerNames): AnswerScale {
  if (answerer.task === 'replaced-token-detection') return 'sigmoid';
  if (answerer.task !== 'sequence-classification') return 'softmax';
  if (answerer.problem === 'regression' || count === 1) return 'none';
  return answerer.problem === 'multi_label_classification' ? 'sigmoid' : 'softmax';
}

/** Refuses a target that the model does not have. */
function requireFit(target: Target, scale: AnswerScale, { model, answerer }: AnswerNames): void {
  const { definition, answers, places = [{ answers }] } = target;
  const { name, needs, takes } = definition;
  const refuse = (reason: string, instead?: string): never => {
    const what = `The target "${name}" cannot be had of ${model}: ${reason}`;
    throw new PellucidError('bad-input', instead === undefined ? `${what}.` : `${what}; use ${instead}.`);
  };
  const embeds = answerer.task === 'sentence-embedding';
  const spans = answerer.task === 'question-answering';
  const fitting = spans ? '"span-start" or "span-end"' : isVocabulary(answerer) ? '"logit"' : '"class"';
  if (answerer.task === 'base') refuse('it has no head that answers');
  if (embeds && needs !== 'embedding') refuse('it has no head that answers', '"similarity"');
  if (needs === 'embedding' && !embeds) refuse('it embeds no sentences', fitting);
  if (needs !== 'spans' && spans) refuse('it answers with a part of the text', fitting);
  if (needs === 'labels' && isVocabulary(answerer))
    refuse('it answers with tokens, not with labels', fitting);
  if (needs === 'probabilities' && scale === 'none') refuse('its score is no probability', fitting);
  if (needs === 'distribution' && scale === 'none') refuse('it has one score and no probabilities', fitting);
  if (needs === 'distribution' && scale !== 'softmax')
    refuse('its answers do not exclude each other', fitting);
  if (needs === 'next-token' && answerer.task !== 'causal-lm')
    refuse('it does not go on with a text', fitting);
  if (needs === 'spans' && !spans) refuse('it does not answer with a part of the text', fitting);
  if (places.length === 0) refuse('no place is given at which it is read');
  for (const { answers: own } of places) {
    if (own.length !== takes && !(takes === 1 && own.length === 0))
      refuse(`it speaks of ${takes} answers, and ${own.length} are given`);
  }
}

function indices(shape: readonly number[], values: readonly number[]): Tensor {
  const data = new BigInt64Array(shape.reduce((a, b) => a * b, 1));
  for (const [i, value] of values.entries()) data[i] = BigInt(value);
  return tensor('I64', shape, data);
}

/** A request for some of the rows that it was made for. */
export function partOf(request: GradientRequest, members: readonly number[]): GradientRequest {
  const { target } = request;
  return 'definition' in target ? request : { ...request, target: members.map((i) => target[i]!) };
}
