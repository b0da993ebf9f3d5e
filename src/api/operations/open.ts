import { z } from 'zod';
import { PellucidError } from '../../errors.js';
import { everyPattern, type Model, type Stack } from '../../model/index.js';
import { model } from '../fields.js';
import { define } from './operation.js';

/** A model that was opened. */
export interface OpenedModel {
  readonly name: string;
  readonly architecture: string;
  readonly task: string;
  readonly layers: number;
  readonly heads: number;
  readonly contextLength: number;
  readonly labels: readonly string[];
  /** Its attentions: one, or those of an encoder-decoder. */
  readonly stacks: readonly OpenedStack[];
  /** The text of its mask token; null where it has none. */
  readonly mask: string | null;
  /** Whether it has a chat template. */
  readonly chat: boolean;
  /** Whether it has a decoder beside its encoder. */
  readonly decoder: boolean;
}

/** An attention of a model. */
export interface OpenedStack {
  /** null in a model that has one stack. */
  readonly stack: Stack | null;
  readonly layers: number;
  readonly heads: number;
  /** Fewer than heads where groups of heads share keys and values. */
  readonly keyValueHeads: number;
}

export const open = define({
  name: 'open',
  summary: 'Opens one of the listed models.',
  request: z.strictObject({ model: model.describe('A name that `about` lists') }),
  result: z.object({
    name: z.string(),
    architecture: z.string(),
    task: z.string(),
    layers: z.int(),
    heads: z.int(),
    contextLength: z.int(),
    labels: z.array(z.string()),
    stacks: z.array(
      z.object({
        stack: z.enum(['encoder', 'decoder', 'cross']).nullable(),
        layers: z.int(),
        heads: z.int(),
        keyValueHeads: z.int(),
      }),
    ),
    mask: z.string().nullable(),
    chat: z.boolean(),
    decoder: z.boolean(),
  }),
  async answer(host, { model: name }, watch): Promise<OpenedModel> {
    const model = await host.open(name, watch);
    const { layers, heads, contextLength } = model.dimensions;
    const { mask } = model.tokenizer.specialIds;
    return {
      ...{ name, layers, heads, contextLength, task: model.task, labels: model.labels },
      architecture: model.architecture.modelType,
      stacks: everyPattern(model.dimensions).map(({ stack = null, layers, heads, keyValueHeads }) => {
        return { stack, layers, heads, keyValueHeads };
      }),
      mask: mask === undefined ? null : model.tokenizer.readable(mask),
      ...{ chat: readsChat(model), decoder: model.dimensions.decoder !== undefined },
    };
  },
});

/** Whether a turn becomes a text; a template may refuse this turn and yet be one. */
function readsChat({ tokenizer }: Model): boolean {
  try {
    tokenizer.chat([{ role: 'user', content: 'Hi' }]);
    return true;
  } catch (error) {
    return error instanceof PellucidError && error.code !== 'unsupported';
  }
}
