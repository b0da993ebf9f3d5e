import type { Checkpoint, Tokenizer } from '../../checkpoint/index.js';
import { PellucidError } from '../../errors.js';
import type { Tensor } from '../../tensor/index.js';
import { answerLogits } from '../answer-logits.js';
import type { Architecture, Task } from '../architecture.js';
import { createGraph, type ModelGraph } from '../create-graph.js';
import { matchHooks } from '../hooks.js';
import type { Intervention } from '../interventions.js';
import type { EncodedInput, ModelInput } from '../model-input.js';
import { withOptionalHooks } from '../optional-hooks.js';
import type { SessionCache } from '../session-cache.js';
import { isReadOnce } from '../stacks.js';
import { assemble } from './assembly.js';
import { Constraints } from './constraints.js';
import { Continuation, type Step } from './continuation.js';
import { type FinishReason, GeneratedText } from './generated-text.js';
import { type GenerationSettings, generationSettings } from './generation-settings.js';
import { drawGreedily, drawWith, logProbability, type SamplingOptions, settleSeed } from './sampling.js';
import { StopStrings } from './stop-strings.js';
import type { TextEdit } from './text-edits.js';
import { TextStream } from './text-stream.js';
import { TokenReader } from './token-reader.js';

/** One token as it comes. */
export interface NewToken {
  /** Which of the inputs it belongs to, counted from 0. */
  readonly row: number;
  readonly id: number;
  /** The text that has become certain with it: whole characters, none of a stop string; often '' or more than its own. */
  readonly text: string;
  /** ln P under the model's own distribution, before temperature, top-k and top-p. */
  readonly logProbability: number;
}

/** How a text is generated: greedily, unless one of the {@link SamplingOptions} is given. */
export interface GenerationOptions extends SamplingOptions {
  /** How many tokens at most; 40 by default. */
  readonly maxNewTokens?: number;
  /** Ends the text before the first of these strings that is generated. */
  readonly stop?: readonly string[];
  /**
   * Ids of the tokens that end a text; by default `eos_token_id` of generation_config.json, or of config.json where the
   * checkpoint has no such file. An empty list lets the model go on.
   */
  readonly endTokens?: readonly number[];
  /** Hook points whose values are kept: names or globs; none by default. */
  readonly capture?: string | readonly string[];
  /**
   * Changes inside the model, as in a run, at the positions of prompt and generated text: at all of them, those that come
   * among them, where an intervention names none. Negative positions are counted from the end of the prompt.
   */
  readonly interventions?: readonly Intervention[];
  /** Called with each token, in order; the next one waits for a promise that it gives. */
  readonly onToken?: (token: NewToken) => void | Promise<void>;
  /** Cut a prompt that is longer than the context instead of refusing it. */
  readonly truncate?: boolean;
  /** Looked at before each token. */
  readonly signal?: AbortSignal | undefined;
}

/** A text that a model went on with. */
export interface GeneratedRow {
  readonly text: string;
  readonly ids: readonly number[];
  readonly logProbabilities: readonly number[];
  readonly finishReason: FinishReason;
  /** What the random numbers began with; null for a greedy text. */
  readonly seed: number | null;
  /** Settings of the checkpoint that were not followed; see {@link GenerationSettings}. */
  readonly ignored: readonly string[];
  /** Values of the hook points over prompt and generated tokens. */
  readonly activations: ReadonlyMap<string, Tensor>;
}

/** A text to go on with. */
export interface Prompt {
  readonly text: EncodedInput;
  readonly edits: readonly TextEdit[];
}

/** What a generator is made of. */
export interface GeneratorParts {
  readonly checkpoint: Checkpoint;
  readonly architecture: Architecture;
  readonly tokenizer: Tokenizer;
  readonly sessions: SessionCache;
  readonly task: Task;
  /** Runs an input from the start: finds where a value that is not finite comes from. */
  readonly runWhole: (input: ModelInput) => Promise<unknown>;
}

/** Tokens before the prompt's end that a tokenizer's decoder sees, so that it takes the new text for no start. */
const context = 5;

/** Goes on with texts, a token at a time. */
export class Generator {
  readonly #parts: GeneratorParts;
  readonly #model: ModelGraph;
  #settings: Promise<GenerationSettings> | undefined;

  /** @throws PellucidError `unsupported` when the model does not predict the next token. */
  constructor(parts: GeneratorParts) {
    const { checkpoint, architecture, task } = parts;
    if (task !== 'causal-lm') {
      throw new PellucidError(
        'unsupported',
        `${checkpoint.files.id} cannot generate text: its head answers another task (${task}).`,
      );
    }
    this.#parts = parts;
    const created = createGraph(checkpoint, architecture, { task, continues: true });
    this.#model = { ...created, graph: withOptionalHooks(created.graph) };
  }

  async generate(prompts: readonly Prompt[], options: GenerationOptions): Promise<GeneratedRow[]> {
    const { graph } = this.#model;
    const edited = prompts.flatMap(({ edits }) => edits.map(({ hook }) => hook));
    // Where rows are filled up an edit of scores would reach what fills them.
    const scores = edited.some((hook) => graph.values.get(hook)!.shape.includes('past + position'));
    if ((this.#model.holds || scores) && prompts.length > 1) return this.#oneByOne(prompts, options);
    const answers = answerLogits(graph, edited);
    const captured = matchHooks([options.capture ?? []].flat(), graph.hooks);
    const seed = settleSeed(options);
    this.#settings ??= generationSettings(this.#parts.checkpoint);
    const settings = await this.#settings;
    const rows = this.#start(prompts, options, seed, settings);
    const once = captured.filter((name) => isReadOnce(graph, name));
    const stepwise = captured.filter((name) => !isReadOnce(graph, name));
    const continuation = new Continuation(
      this.#model,
      this.#parts.sessions,
      prompts.map(({ edits }) => edits),
      [...new Set([...stepwise, answers])],
    );
    let steps: Step[] = [];
    try {
      const sources = prompts.flatMap(({ text }) => text.source ?? []);
      const read = sources.length > 0 ? await continuation.read(sources, once, options.signal) : [];
      while (true) {
        const writing = rows.some((row) => row.finishReason === undefined);
        let unread = rows.map((row) => row.takeUnread());
        // What is captured includes the last token's values, though nothing comes after it.
        if (!writing && (stepwise.length === 0 || unread.every((tokens) => tokens.length === 0))) break;
        if (!continuation.holds(unread[0]!.length)) {
          await continuation.restart();
          steps = [];
          unread = rows.map((row) => row.readAgain());
        }
        const step = await continuation.step(unread, this.#parts.tokenizer.segmentTypes, options.signal);
        await this.#checkFinite(step, rows);
        if (stepwise.length > 0) steps.push({ ...step, outputs: only(stepwise, step.outputs) });
        await addTokens(rows, step.outputs.get(answers) as Tensor<'F32'>, options);
      }
      const types = new Map(stepwise.map((name) => [name, graph.values.get(name)!]));
      const made: GeneratedRow[] = [];
      for (const [i, row] of rows.entries()) {
        const grown = steps.length > 0 ? await assemble(steps, i, types, options.signal) : [];
        made.push({
          text: row.text,
          ids: row.ids,
          logProbabilities: row.logProbabilities,
          finishReason: row.finishReason!,
          seed: seed === null ? null : seedOf(seed, i),
          ignored: settings.ignored,
          activations: new Map([...(read[i] ?? []), ...grown]),
        });
      }
      return made;
    } finally {
      await continuation.close();
    }
  }

  /** Texts that would not be the same side by side: what is computed depends on how long the neighbours are. */
  async #oneByOne(prompts: readonly Prompt[], options: GenerationOptions): Promise<GeneratedRow[]> {
    const seed = settleSeed(options);
    const { onToken } = options;
    const all: GeneratedRow[] = [];
    for (const [row, prompt] of prompts.entries()) {
      const own = {
        ...options,
        ...(seed === null ? {} : { seed: seedOf(seed, row) }),
        ...(onToken && { onToken: (token: NewToken) => onToken({ ...token, row }) }),
      };
      all.push(...(await this.generate([prompt], own)));
    }
    return all;
  }

  #start(
    prompts: readonly Prompt[],
    options: GenerationOptions,
    seed: number | null,
    settings: GenerationSettings,
  ): GeneratedText[] {
    const { maxNewTokens = 40, stop = [] } = options;
    if (!Number.isSafeInteger(maxNewTokens) || maxNewTokens < 1) {
      throw new PellucidError(
        'bad-input',
        `maxNewTokens must be a whole number above 0, not ${maxNewTokens}.`,
      );
    }
    const { tokenizer } = this.#parts;
    const { dimensions } = this.#model;
    const { contextLength } = dimensions.decoder ?? dimensions;
    const limits = { maxNewTokens, contextLength, endTokens: options.endTokens ?? settings.endTokens };
    const reader = new TokenReader(tokenizer);
    return prompts.map(({ text: prompt }, row) => {
      const before = prompt.tokens.slice(-context).map(({ id }) => id);
      return new GeneratedText(prompt, {
        draw: seed === null ? drawGreedily : drawWith(options, seedOf(seed, row)),
        stream: new TextStream((ids) => reader.decode(ids), before),
        stops: new StopStrings(stop),
        limits,
        constraints: new Constraints(settings, limits),
      });
    });
  }

  async #checkFinite({ nonFinite }: Step, rows: readonly GeneratedText[]): Promise<void> {
    const [found] = nonFinite;
    if (found === undefined) return;
    // The whole run says where it begins.
    for (const { prompt, ids } of rows) {
      const own = [...prompt.tokens.map(({ id }) => id), ...ids];
      const read = prompt.source?.tokens.map(({ id }) => id);
      await this.#parts.runWhole(read ? { tokenIds: read, decoderTokenIds: own } : { tokenIds: own });
    }
    throw new PellucidError(
      'non-finite',
      `${this.#parts.checkpoint.files.id} computes NaN or infinity at ${found} while it generates.`,
    );
  }
}

/** Draws the next token of each row that goes on from its last logits; logits: [batch, answer, vocabulary]. */
async function addTokens(
  rows: readonly GeneratedText[],
  { data, shape }: Tensor<'F32'>,
  { onToken }: GenerationOptions,
): Promise<void> {
  const [, count, width] = shape as [number, number, number];
  for (const [row, text] of rows.entries()) {
    if (text.finishReason !== undefined) continue;
    const last = (row + 1) * count * width;
    const logits = data.subarray(last - width, last);
    const id = text.draw(logits);
    const probability = logProbability(logits, id);
    const piece = text.add(id, probability);
    await onToken?.({ row, id, text: piece, logProbability: probability });
  }
}

function only(names: readonly string[], outputs: Step['outputs']): Step['outputs'] {
  return new Map(names.map((name) => [name, outputs.get(name)!]));
}

/** Each row of a batch has random numbers of its own, so that equal prompts go on differently. */
function seedOf(seed: number, row: number): number {
  return (seed + row) % 2 ** 32;
}
