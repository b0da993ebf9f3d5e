import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkpointFolder, fixturesFolder } from '../golden.js';

/** Texts that the reference generated greedily. */
export interface GoldenGeneration {
  readonly name: string;
  readonly texts: readonly string[];
  readonly input_ids: readonly (readonly number[])[];
  readonly eos_token_id: readonly number[] | null;
  readonly generated: readonly (readonly number[])[];
}

/** What the reference's warpers make of logits. */
export interface GoldenWarping {
  readonly temperature: number | null;
  readonly top_k: number | null;
  readonly top_p: number | null;
  readonly logits: readonly number[];
  readonly probabilities: readonly number[];
}

/** Folder of the checkpoint that generates. */
export const generatingFolder = fileURLToPath(checkpointFolder('gpt2-generation'));

export const golden = JSON.parse(
  readFileSync(new URL('generation/gpt2-generation.json', fixturesFolder), 'utf8'),
) as {
  readonly max_new_tokens: number;
  readonly cases: readonly GoldenGeneration[];
  readonly warped: readonly GoldenWarping[];
};

/** The case of this name. */
export function goldenCase(name: string): GoldenGeneration {
  return golden.cases.find((each) => each.name === name)!;
}
