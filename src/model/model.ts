import type { Checkpoint, Tokenizer } from '../checkpoint/index.js';
import { shuffleWeights } from '../checkpoint/shuffled-weights.js';
import { PellucidError } from '../errors.js';
import { schemaVersion } from '../explanations/explanation.js';
import type { Precision } from '../explanations/precision.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Tensor } from '../tensor/index.js';
import { answerLogits } from './answer-logits.js';
import { type Answering, answeringOf, answerPositions } from './answer-positions.js';
import { type Architecture, answersHook, type Dimensions, type Task } from './architecture.js';
import { type BranchQuestion, BranchReader } from './branches/branch-reader.js';
import { resolveCaptures } from './capture.js';
import { createGraph, type ModelGraph } from './create-graph.js';
import { defaultCapture } from './default-capture.js';
import type { HookEdit } from './edit-feeds.js';
import { type Execution, type ExecutionRow, Executor } from './executor.js';
import {
  allTokens,
  type Generation,
  type GenerationOptions,
  Generator,
  type TextEdit,
  textEdits,
} from './generation/index.js';
import { givenValues, withBatch, withBatchAxis } from './given-values.js';
import {
  type GradientPlan,
  type GradientRequest,
  partOf,
  planGradient,
  type RunGradient,
  scaleOf,
} from './gradient.js';
import { type CleanValues, type Intervention, resolveInterventions } from './interventions.js';
import type { MemoryOption } from './memory.js';
import { type EncodedInput, encodeInput, type ModelInput } from './model-input.js';
import { isOptionalHook, withOptionalHooks } from './optional-hooks.js';
import type { Answerer } from './predictions.js';
import { type Quantized, refuseDerivatives } from './quantization/quantized-weights.js';
import { type ResolvedTarget, resolveRequest, resolveTarget, type TargetHost } from './resolve-target.js';
import { Run } from './run.js';
import type { Estimate, RunOptions, SimilarityOptions } from './run-options.js';
import { embeddingHook } from './sentence-embedding.js';
import { SessionCache } from './session-cache.js';
import { similarityOf } from './similarity.js';
import { subjectOf } from './subject.js';
import { planSweep } from './sweep.js';
import type { AnswerScale, Target, TargetAnswer } from './target.js';
import { type AnswerNames, answerId } from './target-answers.js';
import { requireTokenizerFits } from './tokenizer-fits.js';
import { readUnembedding } from './unembedding.js';

/** What a model is made of. */
export interface ModelParts {
  readonly checkpoint: Checkpoint;
  readonly architecture: Architecture;
  readonly tokenizer: Tokenizer;
  readonly runtime: Runtime;
  /** The head to use, where it is not the one that the config names. */
  readonly task?: Task | undefined;
  /** How much memory runs may take, where they do not say so themselves. */
  readonly memory?: MemoryOption | undefined;
  /** Keep weights in the processor's own layout too; see LoadOptions. */
  readonly prepack?: boolean | undefined;
  /** Weights in 8 bits that are computed with, freed with the model, and what they do to its numbers. */
  readonly quantized?: Quantized | undefined;
}

/** An input, and the positions at which the model answers. */
interface AnsweredInput extends EncodedInput {
  readonly answers: readonly number[];
}

/** A checkpoint brought to life: text in, activations and predictions out. Free it with `close()` or `await using`. */
export class Model {
  readonly architecture: Architecture;
  readonly tokenizer: Tokenizer;
  readonly #checkpoint: Checkpoint;
  readonly #parts: ModelParts;
  readonly #graph: ModelGraph;
  readonly #executor: Executor;
  /** One for runs and generation, so that one bound holds for what both keep open. */
  readonly #sessions: SessionCache;
  #generator: Generator | undefined;
  #branches: BranchReader | undefined;

  /** @throws PellucidError where checkpoint, architecture and tokenizer do not fit; see {@link createGraph}. */
  constructor(parts: ModelParts) {
    const { checkpoint, architecture, tokenizer, task, quantized, ...engine } = parts;
    this.#parts = parts;
    this.architecture = architecture;
    this.tokenizer = tokenizer;
    this.#checkpoint = checkpoint;
    const created = createGraph(checkpoint, architecture, { task });
    this.#graph = { ...created, graph: withOptionalHooks(created.graph) };
    const { runtime, prepack } = engine;
    const { files, finish } = quantized?.weights ?? { files: checkpoint.files };
    this.#sessions = new SessionCache(files, runtime, { prepack, finish });
    this.#executor = new Executor(this.#graph, tokenizer.segmentTypes, {
      ...engine,
      files: checkpoint.files,
      sessions: this.#sessions,
    });
    requireTokenizerFits(tokenizer, this.dimensions, this.id);
  }

  /** The same model with the weights chosen by name in random order, in no case in 8 bits: what an explanation must notice. Close it too. */
  shuffled(chosen: (name: string) => boolean, seed = 0): Model {
    const { quantized: _, ...parts } = this.#parts;
    return new Model({ ...parts, checkpoint: shuffleWeights(this.#checkpoint, chosen, seed) });
  }

  /** The Hub id, folder or bundled name it was opened by. */
  get id(): string {
    return this.#checkpoint.files.id;
  }

  /** What rounded weights do to its numbers; undefined where they are computed with as they are stored. */
  get precision(): Precision | undefined {
    return this.#parts.quantized?.precision;
  }

  get task(): Task {
    return this.#graph.task;
  }

  get dimensions(): Dimensions {
    return this.#graph.dimensions;
  }

  /** Names of the classes of a classifier, by class id. */
  get labels(): readonly string[] {
    return this.task === 'replaced-token-detection' ? ['replaced'] : this.#graph.config.labels();
  }

  /** How the scores of answers become probabilities: over all answers, for each alone, or not at all. */
  get answerScale(): AnswerScale {
    return this.task === 'base' ? 'none' : scaleOf(this.#answerNames(this.#answerer()));
  }

  /** Names of all hook points, in the order in which the computation passes them; {@link optionalHooks} apart. */
  get hooks(): readonly string[] {
    return this.#graph.graph.hooks.filter((name) => name !== answersHook && !isOptionalHook(name));
  }

  /** Names of the hook points that exist only when they are asked for by their own names, since they are large. */
  get optionalHooks(): readonly string[] {
    return this.#graph.graph.hooks.filter(isOptionalHook);
  }

  /**
   * Runs one input.
   * @throws PellucidError `bad-input` for an input that cannot be read, `not-found` for an unknown hook point,
   * `non-finite` when NaN or an infinity appears (its first hook point is named), `cancelled`.
   */
  async run(input: ModelInput, options: RunOptions = {}): Promise<Run> {
    const { given } = options;
    const batched = given ? { ...options, given: withBatchAxis(given) } : options;
    return (await this.runBatch([input], batched))[0]!;
  }

  /** Runs several inputs of any length side by side; each run is the same as if its input stood alone. */
  async runBatch(inputs: readonly ModelInput[], options: RunOptions = {}): Promise<Run[]> {
    if (inputs.length === 0) return [];
    if (options.gradient) {
      const settled = await resolveRequest(this.#targetHost(options), inputs, options.gradient);
      return this.#runRows(settled.inputs, { ...options, gradient: settled.request });
    }
    return this.#runRows(inputs, options);
  }

  async #runRows(inputs: readonly ModelInput[], options: RunOptions): Promise<Run[]> {
    const rows = await Promise.all(
      inputs.map(async (input) => {
        const edits = await this.#resolve(options.interventions ?? [], input, this.#cleanValues(options));
        return { ...this.#encode(input, options), edits };
      }),
    );
    const given = options.given && givenValues(options.given, this.#graph.graph, rows);
    return this.#execute(rows, { ...this.#wanted(options, rows), given }, options);
  }

  /**
   * Settles what a target depends on besides its input: a continuation is put behind the input, an answer in the text is
   * found, the run of a comparison is done. What comes back can be run many times, and means the same each time.
   * @throws PellucidError `bad-input` for continuations of unequal lengths, `not-found` for an answer that is not there.
   */
  resolveTarget(
    input: ModelInput,
    target: Target,
    options: Pick<RunOptions, 'truncate' | 'signal' | 'memory'> = {},
  ): Promise<ResolvedTarget> {
    return resolveTarget(this.#targetHost(options), input, target);
  }

  /**
   * What a run with these options would take, before it starts; a gradient is not counted.
   * @throws PellucidError as {@link run}; `bad-input` when it does not fit into memory, with what would.
   */
  async estimate(input: ModelInput, options: Omit<RunOptions, 'gradient' | 'given'> = {}): Promise<Estimate> {
    const edits = await this.#resolve(options.interventions ?? [], input, this.#cleanValues(options));
    const rows = [{ ...this.#encode(input, options), edits }];
    const { memory } = options;
    const plan = this.#executor.plan({ ...this.#wanted(options, rows), rows, memory });
    const { mode, peak, outputs, operations } = plan;
    return { mode, peakBytes: peak, resultBytes: outputs, operations };
  }

  /**
   * Runs one input once for each variant, a list of interventions. The variants share a compiled graph and run side by
   * side, from the first layer that they edit, so that a sweep over layers, heads or positions costs a fraction of
   * single runs. The default capture is nothing but the answers. With a gradient they start from the tokens, for it may be
   * asked for at any hook point.
   * @returns one run a variant, in order
   */
  async sweep(
    input: ModelInput,
    variants: readonly (readonly Intervention[])[],
    options: Omit<RunOptions, 'interventions' | 'given'> = {},
  ): Promise<Run[]> {
    if (variants.length === 0) return [];
    const asked = options.gradient;
    if (asked && 'definition' in asked.target) {
      const settled = await this.resolveTarget(input, asked.target, options);
      return this.#sweepRows(settled.input, variants, {
        ...options,
        gradient: { ...asked, target: settled.target },
      });
    }
    return this.#sweepRows(input, variants, options);
  }

  async #sweepRows(
    input: ModelInput,
    variants: readonly (readonly Intervention[])[],
    options: Omit<RunOptions, 'interventions' | 'given'>,
  ): Promise<Run[]> {
    const encoded = this.#encode(input, options);
    const clean = this.#cleanValues(options);
    const rows = await Promise.all(
      variants.map(async (variant) => ({ ...encoded, edits: await this.#resolve(variant, input, clean) })),
    );
    const wanted = this.#wanted({ ...options, capture: options.capture ?? [] }, rows);
    const shared = options.gradient === undefined;
    const plan = planSweep(rows, this.#graph.graph, shared ? wanted.outputs : undefined);
    const resumes = [...new Set(plan.flatMap(({ resume }) => resume ?? []))];
    const { signal } = options;
    const [streams] =
      resumes.length > 0 ? await this.#executor.execute({ rows: [encoded], outputs: resumes, signal }) : [];
    const runs: Run[] = [];
    for (const { members, resume } of plan) {
      const given = resume === undefined ? undefined : new Map([[resume, withBatch(streams!.get(resume)!)]]);
      const part = members.map((i) => rows[i]!);
      const gradient = options.gradient && partOf(options.gradient, members);
      const asked = { ...options, ...(gradient ? { gradient } : {}) };
      const found = await this.#execute(part, { ...wanted, given, shared }, asked);
      for (const [at, i] of members.entries()) runs[i] = found[at]!;
    }
    return runs;
  }

  /**
   * How alike two texts are to a sentence encoder, by the comparison that its `config_sentence_transformers.json` names
   * (cosine where it names none; distances count as negative).
   * @throws PellucidError `unsupported` for a model that embeds no sentences; as {@link run}.
   */
  async similarity(a: ModelInput, b: ModelInput, options: SimilarityOptions = {}): Promise<number> {
    const by = this.task === 'sentence-embedding' ? this.#checkpoint.sentenceEncoder?.similarity : undefined;
    if (!by)
      throw new PellucidError('unsupported', `${this.id} embeds no sentences: it has no modules.json.`);
    const [first, second] = await this.runBatch([a, b], { ...options, capture: [embeddingHook] });
    return similarityOf(first!.embedding(), second!.embedding(), by);
  }

  /**
   * Goes on with a prompt: the most probable token each time, unless `temperature`, `topK`, `topP` or `seed` is given.
   * Each token costs the reading of one position, for the keys and values of the earlier ones are kept.
   * @throws PellucidError `unsupported` when the model does not predict the next token, `bad-input` for an input or option
   * that cannot be used, `not-found` for an unknown hook point, `non-finite`, `cancelled`.
   * @example
   * const { text } = await model.generate('Once upon a time', { maxNewTokens: 20, stop: ['.'] });
   */
  async generate(input: ModelInput, options: GenerationOptions = {}): Promise<Generation> {
    return (await this.generateBatch([input], options))[0]!;
  }

  /**
   * Goes on with several prompts of any length side by side; each text is the same as if its prompt stood alone, with
   * the seed that its result names.
   */
  async generateBatch(inputs: readonly ModelInput[], options: GenerationOptions = {}): Promise<Generation[]> {
    if (inputs.length === 0) return [];
    this.#generator ??= new Generator({
      ...{ checkpoint: this.#checkpoint, architecture: this.architecture, tokenizer: this.tokenizer },
      ...{ sessions: this.#sessions, task: this.task },
      runWhole: (whole) => this.run(whole, { capture: [] }),
    });
    const prompts = await Promise.all(
      inputs.map(async (input) => {
        const text = this.#read(input, options);
        return { text, edits: await this.#textEdits(input, text.tokens.length, options) };
      }),
    );
    const rows = await this.#generator.generate(prompts, options);
    return rows.map(({ activations, ids, ...rest }, i) => {
      const prompt = prompts[i]!.text;
      const tokens = allTokens(prompt, ids, this.tokenizer);
      const run = this.#runOf({ ...prompt, tokens, answers: [] }, this.#answerer(), activations);
      return { ...rest, tokens, promptLength: prompt.tokens.length, run };
    });
  }

  /** A scalar of many inputs that begin alike, each beginning computed once; undefined where {@link BranchReader} cannot. */
  async readBranches(question: BranchQuestion): Promise<Float64Array | undefined> {
    if (!this.architecture.causal || this.#graph.dimensions.decoder) return undefined;
    this.#branches ??= new BranchReader({
      ...{ checkpoint: this.#checkpoint, architecture: this.architecture, task: this.task },
      answerOf: (tokens) => answerPositions(undefined, tokens, this.#answering())[0],
      ...{ scale: this.answerScale, compute: (...run) => this.#executor.compute(...run) },
    });
    return this.#branches.read(question);
  }

  /** The matrix that makes logits, F32 [token, width]. @throws PellucidError `unsupported` where there is none. */
  unembedding(): Promise<Tensor<'F32'>> {
    return readUnembedding(this.#checkpoint, this.#graph.graph);
  }

  /**
   * The id of an answer: of a token by its text or as `#17`, of a label by its name.
   * @throws PellucidError `bad-input` for a text of several tokens, `not-found` for what the model does not know.
   */
  answerId(answer: TargetAnswer): number {
    return answerId(answer, this.#answerNames(this.#answerer()));
  }

  /** Frees the sessions. The weights' files are closed; runs that were made stay valid. */
  async close(): Promise<void> {
    await this.#sessions.close();
    await this.#parts.quantized?.weights.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** An input as the model sees it. */
  #read(input: ModelInput, { truncate = false }: { readonly truncate?: boolean }): EncodedInput {
    return encodeInput(input, this.tokenizer, { model: this.id, ...this.dimensions }, truncate);
  }

  /** An input as the model sees it, and where it answers. */
  #encode(input: ModelInput, options: RunOptions): AnsweredInput {
    const encoded = this.#read(input, options);
    return { ...encoded, answers: answerPositions(options.answers, encoded.tokens, this.#answering()) };
  }

  #resolve(
    interventions: readonly Intervention[],
    input: ModelInput,
    clean: CleanValues,
  ): Promise<HookEdit[]> {
    return resolveInterventions(interventions, input, this.#graph.graph.hooks, clean);
  }

  #textEdits(input: ModelInput, promptLength: number, options: GenerationOptions): Promise<TextEdit[]> {
    const { contextLength } = this.dimensions.decoder ?? this.dimensions;
    const { truncate = false, signal, interventions = [] } = options;
    const clean = this.#cleanValues({ truncate, ...(signal ? { signal } : {}) });
    return textEdits(interventions, { input, promptLength, contextLength }, this.#graph.graph, clean);
  }

  /** Clean values for interventions; each input is run once for the same hook points. */
  #cleanValues(options: RunOptions): CleanValues {
    const known = new Map<string, Promise<Map<string, Tensor>[]>>();
    return (inputs, hooks) => {
      const key = JSON.stringify([inputs, hooks]);
      const rows = () => inputs.map((input) => ({ ...this.#encode(input, options), answers: [0] }));
      const { signal, memory } = options;
      const values =
        known.get(key) ?? this.#executor.execute({ rows: rows(), outputs: hooks, signal, memory });
      known.set(key, values);
      return values;
    };
  }

  async #execute(
    rows: readonly (EncodedInput & ExecutionRow)[],
    execution: Omit<Execution, 'rows'>,
    options: RunOptions,
  ): Promise<Run[]> {
    const answerer = this.#answerer();
    const gradient =
      options.gradient && this.#planGradient(options.gradient, rows, execution.given, answerer);
    // Where a target reads an answer that nobody else asked for, the head answers there too.
    const asked = rows.map(({ answers }, row) => {
      const extra = gradient?.positions[row] ?? [];
      return [...answers, ...new Set(extra.filter((position) => !answers.includes(position)))];
    });
    const most = Math.max(...asked.map((answers) => answers.length));
    const padded = rows.map((row, i) => ({
      ...row,
      answers: Array.from({ length: most }, (_, j) => asked[i]![j] ?? 0),
    }));
    const { padding, signal, memory, onProgress } = options;
    const how = { extension: gradient?.extension, padding, signal, memory, onProgress };
    const values = await this.#executor.execute({ ...execution, ...how, rows: padded });
    const { parts } = execution;
    return rows.map((row, i) =>
      this.#runOf({ ...row, parts }, answerer, values[i]!, gradient?.take(values[i]!, i)),
    );
  }

  #runOf(
    row: AnsweredInput & Pick<Execution, 'parts'>,
    answerer: Answerer,
    activations: ReadonlyMap<string, Tensor>,
    gradient?: RunGradient,
  ): Run {
    const { tokens, source, answers, parts } = row;
    const subject = subjectOf(this.#parts, row);
    const about = { schemaVersion, subject, tokens: source?.tokens ?? tokens } as const;
    const context = {
      about,
      decoderTokens: source && tokens,
      answerer,
      dimensions: this.dimensions,
      answers,
      parts,
    };
    return new Run(context, activations, gradient);
  }

  #planGradient(
    request: GradientRequest,
    rows: readonly (EncodedInput & ExecutionRow)[],
    given: Execution['given'],
    answerer: Answerer,
  ): GradientPlan {
    if (this.#parts.quantized) refuseDerivatives(request, this.id);
    const { graph } = this.#graph;
    const tokens = rows.map((row) => row.tokens);
    const names = this.#answerNames(answerer);
    const edited = rows.flatMap(({ edits = [] }) => edits.map(({ hook }) => hook));
    return planGradient(request, graph, tokens, names, [...(given?.keys() ?? []), ...edited]);
  }

  #targetHost({ truncate = false, signal, memory }: RunOptions): TargetHost {
    const names = this.#answerNames(this.#answerer());
    const options = { truncate, ...(signal ? { signal } : {}), ...(memory ? { memory } : {}) };
    return {
      names,
      read: (input) => this.#read(input, options),
      value: async (input, capture) =>
        (await this.run(input, { ...options, capture })).activation(capture.hook),
    };
  }

  #answerNames(answerer: Answerer): AnswerNames {
    const count = Number(this.#graph.graph.values.get('logits')?.shape.at(-1) ?? 0);
    return { model: this.id, answerer, tokenizer: this.tokenizer, count };
  }

  #answerer(): Answerer {
    return {
      task: this.task,
      labels: this.labels,
      problem: this.#graph.config.text('problem_type', ''),
      word: (id: number) => this.tokenizer.readable(id),
    };
  }

  #answering(): Answering {
    return answeringOf(this.#graph, this.architecture, this.tokenizer);
  }

  /** The outputs that a run needs: what is captured, and the answers. */
  #wanted(options: RunOptions, rows: readonly ExecutionRow[]): Pick<Execution, 'outputs' | 'parts'> {
    const { graph, dimensions } = this.#graph;
    const captured =
      options.capture === undefined ? defaultCapture(dimensions, rows) : [options.capture].flat();
    const parts = resolveCaptures(captured, graph);
    const outputs = [...parts.keys()];
    // Where all logits are captured the answers are among them.
    const whole = outputs.includes('logits') && !parts.get('logits')?.positions;
    const embeds = this.task === 'sentence-embedding';
    if (embeds && options.answers !== 'none' && !outputs.includes(embeddingHook)) outputs.push(embeddingHook);
    if (!embeds && options.answers !== 'none' && !whole && graph.values.has('logits')) {
      const edited = rows.flatMap(({ edits = [] }) => edits.map(({ hook }) => hook));
      const answers = answerLogits(graph, edited);
      if (!outputs.includes(answers)) outputs.push(answers);
    }
    if (outputs.length === 0 && !options.gradient)
      throw new PellucidError(
        'bad-input',
        `Nothing is asked of ${this.id}: give capture or answers (it has ${dimensions.layers} layers).`,
      );
    return { outputs, parts };
  }
}
