import { readFileSync } from 'node:fs';
import { parseSafetensors } from '../../src/checkpoint/index.js';
import type { Tensor } from '../../src/tensor/index.js';

/** One input of a golden file and what the reference computed for it. */
export interface GoldenCase {
  readonly name: string;
  readonly texts?: readonly string[];
  readonly pairs?: readonly string[];
  readonly padding: 'left' | 'right';
  readonly input_ids: readonly (readonly number[])[];
  readonly attention_mask: readonly (readonly number[])[];
  readonly decoder_input_ids?: readonly (readonly number[])[];
  readonly decoder_attention_mask?: readonly (readonly number[])[];
  readonly token_type_ids?: readonly (readonly number[])[];
  readonly position_ids?: readonly (readonly number[])[];
  /** Values by hook point. */
  readonly values: ReadonlyMap<string, Tensor>;
}

export const fixturesFolder = new URL('../../../fixtures/', import.meta.url);

/** Folder of a tiny checkpoint. */
export function checkpointFolder(name: string): URL {
  return new URL(`checkpoints/${name}/`, fixturesFolder);
}

/**
 * Model types with goldens that no architecture can open yet. The list only shrinks: a type leaves it together with the
 * architecture's arrival.
 */
export const modelTypesWithoutArchitecture: readonly string[] = [];

/** The `model_type` of a tiny checkpoint. */
export function goldenModelType(name: string): string {
  const config: unknown = JSON.parse(readFileSync(new URL('config.json', checkpointFolder(name)), 'utf8'));
  return (config as { model_type: string }).model_type;
}

/** The cases of a tiny checkpoint, with the outputs of the reference. */
export function goldenCases(name: string): GoldenCase[] {
  const folder = checkpointFolder(name);
  const { cases } = JSON.parse(readFileSync(new URL('golden.json', folder), 'utf8')) as {
    cases: GoldenCase[];
  };
  const all = parseSafetensors(readFileSync(new URL('golden.safetensors', folder)), 'golden.safetensors');
  return cases.map((each) => {
    const prefix = `${each.name}/`;
    const own = [...all].filter(([key]) => key.startsWith(prefix));
    return { ...each, values: new Map(own.map(([key, value]) => [key.slice(prefix.length), value])) };
  });
}
