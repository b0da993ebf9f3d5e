import type { GraphBuilder, Value } from '../graph/index.js';
import type { Branches } from './blocks/branches.js';
import type { Past } from './blocks/past.js';
import type { ConfigReader } from './config-reader.js';
import type { WeightNames, WeightReader } from './weight-reader.js';

/** What a model's head answers. */
export const tasks = [
  'base',
  'causal-lm',
  'masked-lm',
  'question-answering',
  'replaced-token-detection',
  'sentence-embedding',
  'sequence-classification',
  'token-classification',
] as const;
export type Task = (typeof tasks)[number];

/** The sizes of a model that its users ask about; of an encoder-decoder those of its encoder, and of its decoder. */
export interface Dimensions {
  readonly layers: number;
  readonly heads: number;
  /** Heads of keys and values, found in the graph: fewer than heads where groups of heads share them. */
  readonly keyValueHeads?: number;
  /** Width of the residual stream. */
  readonly width: number;
  /** Longest input in tokens. */
  readonly contextLength: number;
  /** Rows of the token embedding. */
  readonly vocabularySize: number;
  /** How many segment ids the model knows; 0 where it has none. */
  readonly segments: number;
  /** The decoder of an encoder-decoder. */
  readonly decoder?: DecoderDimensions;
}

/** The sizes of the decoder of an encoder-decoder, whose residual stream is as wide as the encoder's. */
export interface DecoderDimensions
  extends Pick<Dimensions, 'layers' | 'heads' | 'keyValueHeads' | 'contextLength' | 'vocabularySize'> {
  /** `decoder_start_token_id`: what the decoder's text begins with; null where the config names none. */
  readonly startId: number | null;
  /** `eos_token_id`: what its texts end with. */
  readonly endId: number | null;
  /** Whether it reads the encoder's text again, behind the start token: a classifier, which answers at its end. */
  readonly rereads?: boolean | undefined;
  /** `forced_bos_token_id`: the first token of every text that it writes, such as a language; null where there is none. */
  readonly forcedId: number | null;
}

/** What an architecture builds its graph from, and into. */
export interface BuildContext {
  readonly graph: GraphBuilder;
  readonly config: ConfigReader;
  readonly weights: WeightReader;
  /** Of an encoder-decoder, the inputs of its decoder. */
  readonly inputs: ModelInputs;
  /** What the encoder of an encoder-decoder reads, with the axis `source` in place of `position`. */
  readonly sourceInputs?: SequenceInputs | undefined;
  readonly task: Task;
  /** The earlier positions, in a graph that continues a text; see {@link Past}. */
  readonly past?: Past | undefined;
  /** In a graph whose rows are trees of texts that begin alike; see {@link Branches}. */
  readonly branches?: Branches | undefined;
}

/** One sequence of tokens. */
export interface SequenceInputs {
  /** Token ids, I64 [batch, position]. */
  readonly tokens: Value;
  /** 1 for a token, 0 for padding, F32 [batch, position]. */
  readonly mask: Value;
  /** Position of each token in its text, not counting padding, I64 [batch, position]. */
  readonly positions: Value;
}

/** The inputs of every model graph; those that an architecture does not use are not asked for. */
export interface ModelInputs extends SequenceInputs {
  /** Segment of each token, I64 [batch, position]. */
  readonly segments: Value;
  /**
   * Positions at which an answer is wanted, I64 [row, answer, 1]: see {@link answersHook}. Its rows have a name of their
   * own, since rows that share what stands before an edit are one batch entry until then.
   */
  readonly answers: Value;
}

/**
 * Name of the logits at the positions of the `answers` input only, [batch, answer, vocabulary] or, from a
 * classifier that reads one token, [batch, answer, label]: unembedding all positions can cost as much as the model.
 */
export const answersHook = 'logits_at_answers';

/** Name of what a decoder that classifies texts answers at the same positions, [batch, answer, label]. */
export const classifierScores = 'scores_at_answers';

/** One `model_type`: how its config, its weights and its computation are read. One file each in `architectures/`. */
export interface Architecture {
  /** `model_type` in config.json. */
  readonly modelType: string;
  /** The model's name as people write it. */
  readonly title: string;
  /** Where it is described. */
  readonly paper: string;
  /** Whether a token sees only what stands before it. */
  readonly causal: boolean;
  /** The classes of transformers that it opens, and the task of each. */
  readonly classes: Readonly<Record<string, Task>>;
  readonly weightNames: WeightNames;
  /** Whether layers share weights, so that there may be more of them than tensors. */
  readonly sharesLayers?: boolean;
  /** The task of a checkpoint whose config names no class that tells it, from the weights that it has. */
  inferTask(hasWeight: (name: string) => boolean, config: ConfigReader): Task;
  /** Reads the sizes and refuses, by name, every option that it does not support. @throws PellucidError */
  dimensions(config: ConfigReader): Dimensions;
  /** Writes the computation with all of its hook points. */
  build(context: BuildContext): void;
}
