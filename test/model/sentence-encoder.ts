import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FixtureCopies } from './fixture-copy.js';

/** The folder of a sentence encoder that has a tokenizer. */
export async function makeSentenceEncoder(copies: FixtureCopies): Promise<string> {
  const folder = await copies.make('bert-no-pooler', {});
  const modules = ['Transformer', 'Pooling'].map((kind, idx) => {
    return {
      idx,
      name: `${idx}`,
      path: idx ? '1_Pooling' : '',
      type: `sentence_transformers.models.${kind}`,
    };
  });
  await copies.write(folder, 'modules.json', modules);
  await mkdir(join(folder, '1_Pooling'));
  await copies.write(folder, '1_Pooling/config.json', { pooling_mode_mean_tokens: true });
  return folder;
}
