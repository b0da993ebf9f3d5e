import { z } from 'zod';
import { PellucidError } from '../../errors.js';
import { most } from '../fields.js';
import type { ListedModel } from '../model-host.js';
import { listed } from './about.js';
import { define } from './operation.js';

export const add = define({
  name: 'add',
  summary:
    'Makes one more model one that can be opened: a model of the Hub, which is downloaded where it is not in the cache, or a folder with a checkpoint.',
  request: z.strictObject({
    from: z.enum(['hub', 'folder']).describe('One of the places that `about` lists under `adds`'),
    name: z
      .string()
      .trim()
      .min(1)
      .max(most.name)
      .describe('`org/name` on the Hub, or the path of the folder'),
  }),
  result: listed,
  unhurried: true,
  answer({ source }, { from, name }, watch): Promise<ListedModel> {
    if (source.adds?.places.includes(from)) return source.adds.add(from, name, watch);
    throw new PellucidError(
      'unsupported',
      from === 'hub' ? 'No models of the Hub can be opened here.' : 'No folders can be opened here.',
    );
  },
});
