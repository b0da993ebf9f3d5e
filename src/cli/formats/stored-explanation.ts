import { open } from 'node:fs/promises';
import { PellucidError } from '../../errors.js';
import { type Explanation, readExplanation } from '../../explanations/index.js';

/** The largest file of an explanation that is read. */
const mostBytes = 512 * 2 ** 20;

/**
 * The explanations in a JSON file: one, or the several of a comparison.
 * @throws PellucidError `not-found`, `bad-input`
 */
export async function readStored(path: string): Promise<Explanation[]> {
  const json = await readBounded(path);
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    // The reader of one explanation says what is wrong.
  }
  const several = (parsed as { attributions?: unknown } | undefined)?.attributions;
  if (!Array.isArray(several)) return [readExplanation(json, path)];
  if (several.length === 0) throw new PellucidError('bad-input', `${path} holds no explanation.`);
  return several.map((each, i) => readExplanation(JSON.stringify(each), `${path} (attributions.${i})`));
}

async function readBounded(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    if (size > mostBytes) {
      throw new PellucidError(
        'bad-input',
        `${path} has ${size} bytes; explanations of up to ${mostBytes} are read.`,
      );
    }
    return await file.readFile('utf8');
  } catch (cause) {
    if (cause instanceof PellucidError) throw cause;
    throw new PellucidError('not-found', `The file ${path} cannot be read: ${(cause as Error).message}.`, {
      cause,
    });
  }
}
