import { PellucidError } from '../errors.js';
import type { TargetRecord } from '../explanations/index.js';
import { type Graph, gradientOf, type ValueType } from '../graph/index.js';
import { type Tensor, type Token, tensor } from '../tensor/index.js';
import { answerLogits } from './answer-logits.js';
import { answersHook } from './architecture.js';
import type { GraphExtension } from './executor.js';
import { gradientGraph, targetIds, targetPlace, targetValue } from './gradient-graph.js';
import { matchHooks } from './hooks.js';
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
  /** Where the head must answer for the target, an entry for each row; null where it always does. */
  readonly positions: readonly (number | null)[];
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
  const positions = targets.map((target, row) => targetPosition(target, rows[row]!, names));
  const given = targets.map(({ answers }) => answers.map((answer) => answerId(answer, names)));
  const ownBest = definition.takes === 1 && given[0]!.length === 0;
  const logits = answerLogits(graph, [...sources, ...frozen, ...changed]);
  const { answerer } = names;
  const nameOf = isVocabulary(answerer) ? answerer.word : (id: number) => answerer.labels[id] ?? `#${id}`;

  const typeOf = (name: string) => graph.values.get(name)!;
  const outputs = new Map<string, ValueType>([[targetValue, { dtype: 'F32', shape: ['batch'] }]]);
  if (ownBest) outputs.set(targetIds, { dtype: 'I64', shape: ['batch', 1, 1] });
  for (const source of sources) outputs.set(gradientOf(source), typeOf(source));

  return {
    positions: positions.map((position) => (logits === answersHook ? position : null)),
    extension: {
      key: JSON.stringify([definition.name, scale, logits, ownBest, sources, frozen]),
      outputs,
      sources,
      frozen,
      extend: (whole) => gradientGraph(whole, { definition, scale, logits, ownBest, sources, frozen }),
      feeds: (rows, batch) => {
        const places = positions.map((position, row) =>
          logits === answersHook
            ? rows[row]!.answers.indexOf(position!)
            : batch.rows[row]!.start + (position ?? 0),
        );
        return {
          [targetIds]: indices([rows.length, definition.takes, 1], ownBest ? [] : given.flat()),
          [targetPlace]: indices([rows.length, 1, 1], places),
        };
      },
    },
    take: (values, row) => {
      const take = (name: string) => {
        const value = values.get(name)!;
        values.delete(name);
        return value;
      };
      const ids = ownBest ? [Number(take(targetIds).data[0])] : given[row]!;
      const target: TargetRecord = {
        name: definition.name,
        answers: ids.map((id) => ({ id, text: nameOf(id) })),
        position: positions[row]!,
        value: Number(take(targetValue).data[0]),
      };
      return { target, values: new Map(sources.map((source) => [source, take(gradientOf(source))])) };
    },
  };
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
    (each) => each.definition !== first!.definition || each.answers.length !== first!.answers.length,
  );
  if (!other) return targets;
  const kinds = `"${first!.definition.name}" and "${other.definition.name}"`;
  throw new PellucidError(
    'bad-input',
    `The targets of one batch must be of one kind, not ${kinds}: run them apart.`,
  );
}

/** How a head's answers become probabilities. */
export function scaleOf({ answerer, count }: AnswerNames): AnswerScale {
  if (answerer.task === 'replaced-token-detection') return 'sigmoid';
  if (answerer.task !== 'sequence-classification') return 'softmax';
  if (answerer.problem === 'regression' || count === 1) return 'none';
  return answerer.problem === 'multi_label_classification' ? 'sigmoid' : 'softmax';
}

/** Refuses a target that the model does not have. */
function requireFit(
  { definition, answers }: Target,
  scale: AnswerScale,
  { model, answerer }: AnswerNames,
): void {
  const { name, needs, takes } = definition;
  const refuse = (reason: string): never => {
    throw new PellucidError('bad-input', `The target "${name}" cannot be had of ${model}: ${reason}.`);
  };
  if (answerer.task === 'base' || answerer.task === 'sentence-embedding')
    refuse('it has no head that answers');
  if (needs === 'labels' && isVocabulary(answerer))
    refuse('it answers with tokens, not with labels; use "logit"');
  if (needs === 'probabilities' && scale === 'none') refuse('its score is no probability; use "logit"');
  if (needs === 'distribution' && scale !== 'softmax') refuse('its answers do not exclude each other');
  if (answers.length !== takes && !(takes === 1 && answers.length === 0))
    refuse(`it speaks of ${takes} answers, and ${answers.length} are given`);
}

function indices(shape: readonly number[], values: readonly number[]): Tensor {
  const data = new BigInt64Array(shape.reduce((a, b) => a * b, 1));
  for (const [i, value] of values.entries()) data[i] = BigInt(value);
  return tensor('I64', shape, data);
}
