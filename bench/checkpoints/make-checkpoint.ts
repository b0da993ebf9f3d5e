import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { safetensorsPieces } from '../../src/checkpoint/index.js';
import { randomWeights } from './random-weights.js';
import type { Recipe } from './recipe.js';

/**
 * The folder of a random checkpoint below `cache`, made if it is not there yet. Its name holds a hash of the recipe, so
 * that a changed recipe makes a new one; it appears whole or not at all.
 */
export async function makeCheckpoint(recipe: Recipe, cache: string): Promise<string> {
  const { name, config, weights } = recipe;
  const { json, config: tokenizerConfig } = recipe.tokenizer();
  const content = JSON.stringify([config, [...weights], json, tokenizerConfig]);
  const folder = join(cache, `${name}-${createHash('sha256').update(content).digest('hex').slice(0, 8)}`);
  if (existsSync(folder)) return folder;

  await mkdir(dirname(folder), { recursive: true });
  const unfinished = await mkdtemp(`${folder}.`);
  try {
    await writeFile(join(unfinished, 'config.json'), JSON.stringify(config, null, 2));
    await writeFile(join(unfinished, 'tokenizer.json'), JSON.stringify(json));
    await writeFile(join(unfinished, 'tokenizer_config.json'), JSON.stringify(tokenizerConfig, null, 2));
    // transformers opens a file only when it says which framework wrote it.
    const pieces = safetensorsPieces(randomWeights(weights), { format: 'pt' });
    await writeFile(join(unfinished, 'model.safetensors'), pieces);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  return folder;
}
