import { readdirSync } from 'node:fs';
import { fixturesFolder, goldenModelType } from '../model/golden.js';

/** Tiny checkpoints that every runtime, in Node and in a browser, holds against the reference, with each of their inputs. */
export const browserCheckpoints: readonly string[] = ['bert-default', 'gpt2-default'];

/** One tiny checkpoint of every other model type: WebAssembly in a browser holds it against the reference, with a batch. */
export const webAssemblyCheckpoints: readonly string[] = otherTypes();

/**
 * WebGPU, in software slow, holds an encoder-decoder besides. Models with rotary positions are 2e-4 off there, for it promises
 * sines only to 2⁻¹¹.
 */
export const webGpuCheckpoints: readonly string[] = ['bart-default'];

function otherTypes(): string[] {
  const known = new Set(browserCheckpoints.map(goldenModelType));
  return readdirSync(new URL('checkpoints/', fixturesFolder))
    .sort((a, b) => Number(b.endsWith('-default')) - Number(a.endsWith('-default')))
    .filter((name) => {
      const type = goldenModelType(name);
      return !known.has(type) && known.add(type);
    });
}
