import type { Checkpoint } from '../../checkpoint/index.js';
import { readJsonObject } from '../../checkpoint/json.js';
import { generationFile } from '../../checkpoint/weight-files.js';
import { PellucidError } from '../../errors.js';

/** What a checkpoint says about how its texts are to be written. */
export interface GenerationSettings {
  /** `eos_token_id`: ids that end a text. */
  readonly endTokens: readonly number[];
  /** `forced_bos_token_id`: the first token behind a prompt of a single one, such as the language to translate to. */
  readonly forcedFirst: number | undefined;
  /** `forced_eos_token_id`: the last token where a text is as long as it may be. */
  readonly forcedLast: number | undefined;
  /** `suppress_tokens` and the single tokens of `bad_words_ids`: never written. */
  readonly suppressed: readonly number[];
  /** `begin_suppress_tokens`: not written as the first token. */
  readonly suppressedFirst: readonly number[];
  /** Settings that would make the reference write another text and that are not followed, as `num_beams 4`. */
  readonly ignored: readonly string[];
}

/** Settings that change a text without sampling, and their values that do nothing. */
const unfollowed: readonly (readonly [key: string, nothing: readonly unknown[]])[] = [
  ['num_beams', [1]],
  ['min_length', [0]],
  ['min_new_tokens', [0]],
  ['no_repeat_ngram_size', [0]],
  ['encoder_no_repeat_ngram_size', [0]],
  ['repetition_penalty', [1]],
  ['encoder_repetition_penalty', [1]],
];

/**
 * Reads `generation_config.json`, or `config.json` where there is no such file, as transformers' `generate` does.
 * @throws PellucidError `bad-checkpoint` where a token is no token id.
 */
export async function generationSettings({ files, config }: Checkpoint): Promise<GenerationSettings> {
  const own = files.names.includes(generationFile);
  const settings = own ? await readJsonObject(files, generationFile) : config;
  const ids = (key: string): number[] => {
    const found = [settings[key] ?? []].flat() as unknown[];
    if (found.every((id): id is number => Number.isSafeInteger(id) && (id as number) >= 0)) return found;
    const where = `${own ? generationFile : 'config.json'} of ${files.id}`;
    throw new PellucidError(
      'bad-checkpoint',
      `${where}: ${key} must be a token id, a list of them, or null, not ${JSON.stringify(settings[key])}.`,
    );
  };
  const badWords = Array.isArray(settings.bad_words_ids) ? (settings.bad_words_ids as unknown[]) : [];
  const single = badWords.filter((word): word is [number] => Array.isArray(word) && word.length === 1);
  const ignored = unfollowed.flatMap(([key, nothing]) => {
    const value = settings[key] ?? null;
    return value === null || nothing.includes(value) ? [] : [`${key} ${JSON.stringify(value)}`];
  });
  const longWords = badWords.length > single.length ? ['bad_words_ids of several tokens'] : [];
  return {
    endTokens: ids('eos_token_id'),
    forcedFirst: ids('forced_bos_token_id')[0],
    forcedLast: ids('forced_eos_token_id')[0],
    suppressed: [...ids('suppress_tokens'), ...single.map(([id]) => id)],
    suppressedFirst: ids('begin_suppress_tokens'),
    ignored: [...ignored, ...longWords],
  };
}
