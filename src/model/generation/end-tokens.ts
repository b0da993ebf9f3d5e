import type { Checkpoint } from '../../checkpoint/index.js';
import { readJsonObject } from '../../checkpoint/json.js';
import { generationFile } from '../../checkpoint/weight-files.js';
import { PellucidError } from '../../errors.js';

/**
 * The ids of the tokens that end a text: `eos_token_id` of `generation_config.json`, or of `config.json` where there is
 * no such file, as transformers' `generate` has it.
 * @throws PellucidError `bad-checkpoint` when it is neither an id, a list of ids nor null.
 */
export async function endTokens({ files, config }: Checkpoint): Promise<number[]> {
  const own = files.names.includes(generationFile);
  const settings = own ? await readJsonObject(files, generationFile) : config;
  const ids = [settings.eos_token_id ?? []].flat() as unknown[];
  if (ids.every((id): id is number => Number.isSafeInteger(id) && (id as number) >= 0)) return ids;
  const where = `${own ? generationFile : 'config.json'} of ${files.id}`;
  const found = JSON.stringify(settings.eos_token_id);
  throw new PellucidError(
    'bad-checkpoint',
    `${where}: eos_token_id must be a token id, a list of them, or null, not ${found}.`,
  );
}
