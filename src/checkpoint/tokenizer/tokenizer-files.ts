import { PellucidError } from '../../errors.js';
import type { CheckpointFiles } from '../checkpoint-files.js';
import { parseJsonObject } from '../json.js';

/**
 * The files of a tokenizer and how many bytes of each are read at most: several times what the largest published ones
 * have, little enough to be held in memory.
 */
const byteLimits = {
  'config.json': 10_000_000,
  'tokenizer.json': 100_000_000,
  'tokenizer_config.json': 20_000_000,
  'special_tokens_map.json': 5_000_000,
  'added_tokens.json': 20_000_000,
  'vocab.txt': 50_000_000,
  'vocab.json': 50_000_000,
  'merges.txt': 50_000_000,
  'source.spm': 50_000_000,
  'target.spm': 50_000_000,
  'sentencepiece.bpe.model': 50_000_000,
  'tokenizer.model': 50_000_000,
  'spiece.model': 50_000_000,
  'spm.model': 50_000_000,
  'chat_template.jinja': 1_000_000,
  'chat_template.json': 1_000_000,
} as const;

export type TokenizerFile = keyof typeof byteLimits;

/** The files that a tokenizer may be made of. */
export const tokenizerFiles = Object.keys(byteLimits) as readonly TokenizerFile[];

/**
 * The JSON object in a tokenizer's file, undefined when the checkpoint has no such file.
 * @throws PellucidError `bad-checkpoint` when it is too large, not UTF-8, not JSON or not an object.
 */
export async function readTokenizerJson(
  files: CheckpointFiles,
  name: TokenizerFile,
): Promise<Record<string, unknown> | undefined> {
  const bytes = await readTokenizerBytes(files, name);
  return bytes && parseJsonObject(name, bytes);
}

/**
 * The lines of a tokenizer's text file, without their ends; undefined when the checkpoint has no such file.
 * @throws PellucidError `bad-checkpoint` when it is too large or not UTF-8.
 */
export async function readTokenizerLines(
  files: CheckpointFiles,
  name: TokenizerFile,
): Promise<string[] | undefined> {
  const text = await readTokenizerText(files, name);
  if (text === undefined) return undefined;
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * A tokenizer's text file, undefined when the checkpoint has no such file.
 * @throws PellucidError `bad-checkpoint` when it is too large or not UTF-8.
 */
export async function readTokenizerText(
  files: CheckpointFiles,
  name: TokenizerFile,
): Promise<string | undefined> {
  const bytes = await readTokenizerBytes(files, name);
  if (!bytes) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new PellucidError('bad-checkpoint', `${name} of ${files.id} is not UTF-8 text`, { cause });
  }
}

/**
 * The bytes of a tokenizer's file, undefined when the checkpoint has no such file.
 * @throws PellucidError `bad-checkpoint` when it is too large.
 */
export async function readTokenizerBytes(
  files: CheckpointFiles,
  name: TokenizerFile,
): Promise<Uint8Array | undefined> {
  if (!files.names.includes(name)) return undefined;
  const size = await files.size(name);
  if (size > byteLimits[name]) {
    throw new PellucidError(
      'bad-checkpoint',
      `${name} of ${files.id} is ${size} bytes long, and at most ${byteLimits[name]} are read`,
    );
  }
  return files.read(name);
}
