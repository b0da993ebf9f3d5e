import { PellucidError } from '../errors.js';
import type { Intervention } from '../model/index.js';

/** The interventions of `--intervene`, which is JSON itself, or `@` and the file that holds it; and as one line of JSON. */
export async function readInterventions(
  given: string | undefined,
): Promise<{ readonly interventions: readonly Intervention[]; readonly json: string } | undefined> {
  if (given === undefined) return undefined;
  const { parseInterventions } = await import('../model/parse-interventions.js');
  const text = given.startsWith('@') ? await readText(given.slice(1)) : given;
  return { interventions: parseInterventions(text), json: JSON.stringify(JSON.parse(text)) };
}

async function readText(file: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new PellucidError('not-found', `The file ${file} with the interventions cannot be read.`, {
      cause: error,
    });
  }
}
