import type { Checkpoint, Tokenizer } from '../checkpoint/index.js';
import { PellucidError } from '../errors.js';
import { type Subject, schemaVersion } from '../explanations/index.js';
import { restrictTo } from '../graph/index.js';
import type { Runtime } from '../runtime/runtime.js';
import { type AnswerPositions, answerPositions } from './answer-positions.js';
import { type Architecture, answersHook, type Dimensions, type Task } from './architecture.js';
import { type BatchRow, makeBatch, type PaddingSide, sliceRow } from './batch.js';
import { createGraph, type ModelGraph } from './create-graph.js';
import { isFiniteValue } from './finite.js';
import { matchHooks } from './hooks.js';
import { encodeInput, type ModelInput } from './model-input.js';
import { Run } from './run.js';
import { type Program, SessionCache } from './session-cache.js';

/** What a run keeps, and how it reads its input. */
export interface RunOptions {
  /**
   * Hook points whose values are kept: names or globs (`blocks.*.attn.hook_pattern`). By default the attention
   * patterns of all layers. Only what is asked for is computed, so a short list makes a fast run.
   */
  readonly capture?: string | readonly string[];
  /**
   * Positions at which the vocabulary is predicted: by default the last one of a causal model, the mask tokens of a
   * masked one (all of them where there is no mask). `none` skips the head.
   */
  readonly answers?: AnswerPositions;
  /** Cut a text that is longer than the context instead of refusing it. */
  readonly truncate?: boolean;
  /** On which side the shorter texts of a batch are filled up; the results are the same. */
  readonly padding?: PaddingSide;
  readonly signal?: AbortSignal;
}

/** Attention patterns above this many bytes are not kept unless they are asked for by name. */
const defaultCaptureBytes = 2 ** 31;

/** Hook points among which the first NaN is looked for: every step of the residual stream, and what leaves it. */
const stream = /^(hook_.*|blocks\.\d+\.(hook_.*|attn\.hook_pattern)|logits)$/;

/** What a model is made of. */
export interface ModelParts {
  readonly checkpoint: Checkpoint;
  readonly architecture: Architecture;
  readonly tokenizer: Tokenizer;
  readonly runtime: Runtime;
  /** The head to use, where it is not the one that the config names. */
  readonly task?: Task | undefined;
}

/** A checkpoint brought to life: text in, activations and predictions out. Free it with `close()` or `await using`. */
export class Model {
  readonly architecture: Architecture;
  readonly tokenizer: Tokenizer;
  readonly #checkpoint: Checkpoint;
  readonly #graph: ModelGraph;
  readonly #sessions: SessionCache;

  /** @throws PellucidError where checkpoint, architecture and tokenizer do not fit; see {@link createGraph}. */
  constructor({ checkpoint, architecture, tokenizer, runtime, task }: ModelParts) {
    this.architecture = architecture;
    this.tokenizer = tokenizer;
    this.#checkpoint = checkpoint;
    this.#graph = createGraph(checkpoint, architecture, task);
    this.#sessions = new SessionCache(checkpoint.files, runtime);
    const { vocabularySize } = this.dimensions;
    if (tokenizer.vocabularySize > vocabularySize) {
      throw new PellucidError(
        'bad-checkpoint',
        `The tokenizer of ${this.id} has ${tokenizer.vocabularySize} tokens, but the model only ${vocabularySize} (vocab_size): they do not belong together.`,
      );
    }
  }

  /** The Hub id, folder or bundled name it was opened by. */
  get id(): string {
    return this.#checkpoint.files.id;
  }

  get task(): Task {
    return this.#graph.task;
  }

  get dimensions(): Dimensions {
    return this.#graph.dimensions;
  }

  /** Names of the classes of a classifier, by class id. */
  get labels(): readonly string[] {
    return this.#graph.config.labels();
  }

  /** Names of all hook points, in the order in which the computation passes them. */
  get hooks(): readonly string[] {
    return this.#graph.graph.hooks.filter((name) => name !== answersHook);
  }

  /**
   * Runs one input.
   * @throws PellucidError `bad-input` for an input that cannot be read, `not-found` for an unknown hook point,
   * `non-finite` when NaN or an infinity appears (its first hook point is named), `cancelled`.
   */
  async run(input: ModelInput, options: RunOptions = {}): Promise<Run> {
    return (await this.runBatch([input], options))[0]!;
  }

  /** Runs several inputs of any length side by side; each run is the same as if its input stood alone. */
  async runBatch(inputs: readonly ModelInput[], options: RunOptions = {}): Promise<Run[]> {
    if (inputs.length === 0) return [];
    const limits = { model: this.id, ...this.dimensions };
    const encoded = inputs.map((input) =>
      encodeInput(input, this.tokenizer, limits, options.truncate ?? false),
    );
    const places = encoded.map(({ tokens }) => answerPositions(options.answers, tokens, this.#answering()));
    const most = Math.max(...places.map((positions) => positions.length));
    const rows: BatchRow[] = encoded.map(({ tokens }, i) => ({
      tokens,
      answers: Array.from({ length: most }, (_, j) => places[i]![j] ?? 0),
    }));
    const names = this.#outputs(options, rows);
    const batch = makeBatch(rows, { side: options.padding, segmentTypes: this.tokenizer.segmentTypes });
    const outputs = await this.#sessions.run(this.#program(names), batch.feeds, options.signal);
    for (const name of names) {
      if (!isFiniteValue(name, outputs.get(name)!))
        throw await this.#firstNonFinite(batch.feeds, options.signal);
    }
    const answerer = {
      task: this.task,
      labels: this.labels,
      problem: this.#graph.config.text('problem_type', ''),
      word: (id: number) => this.tokenizer.readable(id),
    };
    return encoded.map((one, row) => {
      const activations = new Map(
        names.map((name) => [
          name,
          sliceRow(outputs.get(name)!, this.#graph.graph.values.get(name)!, row, batch.rows[row]!),
        ]),
      );
      const subject: Subject = {
        model: this.id,
        architecture: this.architecture.modelType,
        contentHash: this.#checkpoint.contentHash,
        text: one.text,
        pair: one.pair,
      };
      const about = { schemaVersion, subject, tokens: one.tokens } as const;
      return new Run({ about, answerer, dimensions: this.dimensions, answers: places[row]! }, activations);
    });
  }

  /** Frees the sessions. The weights' files are closed; runs that were made stay valid. */
  async close(): Promise<void> {
    await this.#sessions.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The part of the graph that computes the given outputs. */
  #program(outputs: readonly string[]): Program {
    return { key: outputs.toSorted().join('\n'), build: () => restrictTo(this.#graph.graph, outputs) };
  }

  #answering() {
    const { graph, config, task } = this.#graph;
    return {
      answers:
        graph.values.has(answersHook) || (task === 'sequence-classification' && this.architecture.causal),
      task,
      maskId: this.tokenizer.specialIds.mask,
      padId: config.tokenId('pad_token_id', null),
    };
  }

  /** The outputs that a run needs: what is captured, and the answers. */
  #outputs(options: RunOptions, rows: readonly BatchRow[]): string[] {
    const { graph, dimensions } = this.#graph;
    const captured = options.capture === undefined ? this.#defaultCapture(rows) : [options.capture].flat();
    const names = matchHooks(captured, graph.hooks);
    if (options.answers !== 'none' && !names.includes('logits')) {
      if (graph.values.has(answersHook)) names.push(answersHook);
      else if (graph.values.has('logits')) names.push('logits');
    }
    if (names.length === 0)
      throw new PellucidError(
        'bad-input',
        `Nothing is asked of ${this.id}: give capture or answers (it has ${dimensions.layers} layers).`,
      );
    return names;
  }

  #defaultCapture(rows: readonly BatchRow[]): string[] {
    const { layers, heads } = this.dimensions;
    const length = Math.max(...rows.map(({ tokens }) => tokens.length));
    const bytes = 4 * layers * heads * length * length * rows.length;
    if (bytes <= defaultCaptureBytes) return ['blocks.*.attn.hook_pattern'];
    throw new PellucidError(
      'bad-input',
      `All attention patterns of ${length} tokens would take ${(bytes / 2 ** 30).toFixed(1)} GiB: ask for some layers, e.g. capture "blocks.0.attn.hook_pattern".`,
    );
  }

  /** Finds where the first NaN or infinity stands, by running once more with every hook point of the stream kept. */
  async #firstNonFinite(
    feeds: Parameters<SessionCache['run']>[1],
    signal?: AbortSignal,
  ): Promise<PellucidError> {
    const { graph } = this.#graph;
    const names = graph.hooks.filter((name) => stream.test(name));
    const outputs = await this.#sessions.run(this.#program(names), feeds, signal);
    const first = names.find((name) => !isFiniteValue(name, outputs.get(name)!)) ?? 'the output';
    const layer = /^blocks\.(\d+)\./.exec(first)?.[1];
    const where = layer === undefined ? first : `${first} (layer ${layer})`;
    return new PellucidError(
      'non-finite',
      `${this.id} computes NaN or infinity, first at ${where}: its weights are damaged or it overflows.`,
    );
  }
}
