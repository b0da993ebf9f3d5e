import { z } from 'zod';
import type { QueryKey } from '../../explanations/index.js';
import { queryKey as queryKeyOf } from '../../query-key.js';
import { attendedInput, stack } from '../attended-input.js';
import { explanation, index, model } from '../fields.js';
import { input } from '../input.js';
import { define } from './operation.js';

export const queryKey = define({
  name: 'query-key',
  summary: 'How the weights of one head come about: queries, keys, scores and what is added to them.',
  request: z.strictObject({ model, input, stack, layer: index, head: index }),
  result: z.looseObject({ ...explanation, kind: z.literal('query-key'), scale: z.number().nullable() }),
  answer: (host, { model: name, input, stack, ...place }, { signal }): Promise<QueryKey> =>
    host.use(
      name,
      async (model) => {
        const read = await attendedInput(model, input, stack, signal);
        return queryKeyOf(model, read, { stack, ...place, signal });
      },
      signal,
    ),
});
