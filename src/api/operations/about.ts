import { z } from 'zod';
import { methods } from '../../methods/index.js';
import type { AddPlace, ListedModel } from '../model-host.js';
import { define } from './operation.js';

/** What can be asked, and about what. */
export interface About {
  readonly version: string;
  readonly models: readonly ListedModel[];
  /** The model to begin with. */
  readonly first: string;
  /** Where more models can be had from. */
  readonly adds: readonly AddPlace[];
  /** Address of the Hub that `add` asks; null where it asks none. */
  readonly hub: string | null;
  readonly methods: readonly {
    readonly name: string;
    readonly title: string;
    readonly summary: string;
    readonly family: string;
  }[];
}

export const listed = z.object({
  name: z.string(),
  title: z.string(),
  modelType: z.string(),
  from: z.enum(['bundled', 'cache', 'named']),
});

export const about = define({
  name: 'about',
  summary: 'What can be opened, and by which methods it can be explained.',
  request: z.strictObject({}),
  result: z.object({
    version: z.string(),
    first: z.string(),
    models: z.array(listed),
    adds: z.array(z.enum(['hub', 'folder'])),
    hub: z.string().nullable(),
    methods: z.array(
      z.object({ name: z.string(), title: z.string(), summary: z.string(), family: z.string() }),
    ),
  }),
  async answer({ source }): Promise<About> {
    const { version, first, adds } = source;
    const known = methods.map(({ name, title, summary, family }) => ({ name, title, summary, family }));
    const more = { adds: adds?.places ?? [], hub: adds?.hub ?? null };
    return { version, first, models: await source.list(), ...more, methods: known };
  },
});
