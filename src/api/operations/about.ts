import { z } from 'zod';
import { methods } from '../../methods/index.js';
import type { ListedModel } from '../model-host.js';
import { define } from './operation.js';

/** What can be asked, and about what. */
export interface About {
  readonly version: string;
  readonly models: readonly ListedModel[];
  /** The model to begin with. */
  readonly first: string;
  readonly methods: readonly {
    readonly name: string;
    readonly title: string;
    readonly summary: string;
    readonly family: string;
  }[];
}

export const about = define({
  name: 'about',
  summary: 'What can be opened, and by which methods it can be explained.',
  request: z.strictObject({}),
  result: z.object({
    version: z.string(),
    first: z.string(),
    models: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        modelType: z.string(),
        from: z.enum(['bundled', 'cache', 'named']),
      }),
    ),
    methods: z.array(
      z.object({ name: z.string(), title: z.string(), summary: z.string(), family: z.string() }),
    ),
  }),
  async answer({ source }): Promise<About> {
    const { version, first } = source;
    const known = methods.map(({ name, title, summary, family }) => ({ name, title, summary, family }));
    return { version, first, models: await source.list(), methods: known };
  },
});
