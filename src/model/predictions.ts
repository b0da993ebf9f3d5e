import type { Subject } from '../explanations/index.js';
import type { Tensor, Token } from '../tensor/index.js';
import { answerSpans } from './answer-spans.js';
import { answersHook, type Task } from './architecture.js';
import { type Candidate, rank, sigmoid, softmax } from './candidates.js';

/** What a model answers at one place. */
export interface Prediction {
  /** The token position it belongs to; null where it belongs to the whole input. */
  readonly position: number | null;
  /** Most probable first. */
  readonly candidates: readonly Candidate[];
}

/** How the logits of a model are to be read. */
export interface Answerer {
  readonly task: Task;
  /** Names of the classes of a classifier, by class id. */
  readonly labels: readonly string[];
  /** `problem_type` of the config; empty where it says nothing. */
  readonly problem: string;
  /** The text of a vocabulary entry. */
  readonly word: (id: number) => string;
}

/** Reads the answers of a run from its logits; `answers` are the positions that it was asked about. */
export function predictions(
  model: Answerer,
  tokens: readonly Token[],
  activations: ReadonlyMap<string, Tensor>,
  answers: readonly number[],
  top: number,
  subject: Subject,
): Prediction[] {
  const full = activations.get('logits') as Tensor<'F32'> | undefined;
  const chosen = activations.get(answersHook) as Tensor<'F32'> | undefined;
  const label = (id: number) => model.labels[id]!;
  switch (model.task) {
    case 'base':
    case 'sentence-embedding':
      return [];
    case 'causal-lm':
    case 'masked-lm':
      if (!full && !chosen) return [];
      return answers.map((position, i) => ({
        position,
        candidates: rank(rowOf(chosen ?? full!, chosen ? i : position), top, model.word, softmax),
      }));
    case 'sequence-classification': {
      if (!full) return [];
      const regression = model.problem === 'regression' || full.data.length === 1;
      const eachAlone = model.problem === 'multi_label_classification';
      const normalize = regression ? null : eachAlone ? sigmoid : softmax;
      return [{ position: null, candidates: rank(full.data, top, label, normalize) }];
    }
    case 'replaced-token-detection':
      if (!full) return [];
      return tokens.map((_, position) => ({
        position,
        candidates: rank(rowOf(full, position), top, label, sigmoid),
      }));
    case 'token-classification':
      if (!full) return [];
      return tokens.map((_, position) => ({
        position,
        candidates: rank(rowOf(full, position), top, label, softmax),
      }));
    case 'question-answering':
      return full ? [{ position: null, candidates: answerSpans(full, tokens, top, subject) }] : [];
  }
}

function rowOf({ shape, data }: Tensor<'F32'>, row: number): Float32Array {
  const width = shape.at(-1)!;
  return data.subarray(row * width, (row + 1) * width);
}
