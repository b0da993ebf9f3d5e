import { PellucidError } from '../errors.js';
import { logSoftmax, type Model, type ModelInput, type Progress, type Target } from '../model/index.js';
import { randomOf } from '../random.js';
import { kl } from '../targets/kl.js';
import { tensor } from '../tensor/index.js';
import { vectorsAtOnce } from './decode.js';
import { endOfStream, lensRows, requireVocabulary } from './stream-places.js';
import { identityLens, type Translator, type TunedLens, translate } from './tuned-lens.js';

/** How a lens is trained; the defaults are those of the package tuned-lens. */
export interface TrainingOptions {
  /** Passes over one text each; 250 by default. */
  readonly steps?: number | undefined;
  /** 1 by default; it is multiplied by 1 − momentum and falls to 0 along a line. */
  readonly learningRate?: number | undefined;
  /** 0.9 by default. */
  readonly momentum?: number | undefined;
  /** 0.001 by default. */
  readonly weightDecay?: number | undefined;
  /** Decides the order of the texts; 0 by default. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** The gradient of a norm above this is shortened to it. */
const longest = 1;

/**
 * Trains a lens: A and b of each layer, from 0, by stochastic gradient descent with Nesterov's momentum on KL(the model's answer ‖ the
 * lens), averaged over positions (Belrose et al. 2023, §2). The same texts and seed give the same lens.
 * @throws PellucidError `bad-input` without texts, `unsupported` as `lens`, `cancelled`.
 */
export async function trainTunedLens(
  model: Model,
  texts: readonly ModelInput[],
  options: TrainingOptions = {},
): Promise<TunedLens> {
  const { steps = 250, learningRate = 1, momentum = 0.9, weightDecay = 1e-3, seed = 0 } = options;
  requireVocabulary(model);
  if (texts.length === 0)
    throw new PellucidError('bad-input', 'A lens is trained on texts, and none is given.');
  const lens = await identityLens(model);
  const velocities = lens.translators.map(({ weight, bias }) => ({
    weight: new Float32Array(weight.length),
    bias: new Float32Array(bias.length),
  }));
  const random = randomOf(seed);
  let order: number[] = [];
  for (let step = 0; step < steps; step++) {
    if (order.length === 0) order = random.permutation(texts.length);
    const slopes = await slopesOn(model, texts[order.pop()!]!, lens, options.signal);
    const squares = slopes.reduce((sum, { weight, bias }) => sum + squareOf(weight) + squareOf(bias), 0);
    const shorten = Math.min(1, longest / Math.sqrt(squares));
    const rate = learningRate * (1 - momentum) * (1 - step / steps);
    for (const [layer, translator] of lens.translators.entries())
      for (const part of ['weight', 'bias'] as const) {
        const [values, velocity, slope] = [translator[part], velocities[layer]![part], slopes[layer]![part]];
        for (let i = 0; i < values.length; i++) {
          const pull = shorten * slope[i]! + weightDecay * values[i]!;
          velocity[i] = momentum * velocity[i]! + pull;
          values[i]! -= rate * (pull + momentum * velocity[i]!);
        }
      }
    options.onProgress?.({ done: step + 1, total: steps, part: 'steps' });
  }
  return lens;
}

/** The derivatives of the mean divergence of each layer on one text. */
async function slopesOn(
  model: Model,
  text: ModelInput,
  { translators, width }: TunedLens,
  signal: AbortSignal | undefined,
): Promise<Translator[]> {
  const end = endOfStream(model);
  const rows = lensRows(model, 'resid').slice(0, -1);
  const cancel = signal ? { signal } : {};
  const capture = [...rows.map(({ hook }) => hook), 'logits'];
  const run = await model.run(text, { capture, answers: 'none', truncate: true, ...cancel });
  const { tokens } = run;
  const count = tokens.length;
  const logits = run.activation('logits').data as Float32Array;
  const size = logits.length / count;
  const reference = new Float32Array(logits.length);
  for (let i = 0; i < count; i++)
    reference.set(logSoftmax(logits.subarray(i * size, (i + 1) * size)), i * size);
  const places = tokens.map((_, position) => ({ position, answers: [] }));
  const target: Target = { definition: kl, answers: [], places, reference };
  const streams = rows.map(({ hook }) => run.activation(hook).data as Float32Array);
  const together = Math.max(1, Math.floor(vectorsAtOnce(model) / count));
  const found: Translator[] = [];
  for (let first = 0; first < rows.length; first += together) {
    const chosen = streams.slice(first, first + together);
    const data = new Float32Array(chosen.length * count * width);
    for (const [i, stream] of chosen.entries())
      data.set(translate(translators[first + i]!, stream), i * count * width);
    const runs = await model.runBatch(
      chosen.map(() => ({ tokens })),
      {
        ...{ capture: [], answers: 'none', gradient: { target, of: end } },
        given: { [end]: tensor('F32', [chosen.length, count, width], data) },
        ...cancel,
      },
    );
    for (const [i, each] of runs.entries())
      found.push(slopeOf(each.gradient(end).data as Float32Array, chosen[i]!, width));
  }
  return found;
}

/** Σ over positions of slope ⊗ stream, and of slope, divided by their number. */
function slopeOf(slope: Float32Array, stream: Float32Array, width: number): Translator {
  const count = stream.length / width;
  const weight = new Float32Array(width * width);
  const bias = new Float32Array(width);
  for (let from = 0; from < stream.length; from += width)
    for (let to = 0; to < width; to++) {
      const share = slope[from + to]! / count;
      bias[to]! += share;
      for (let i = 0; i < width; i++) weight[to * width + i]! += share * stream[from + i]!;
    }
  return { weight, bias };
}

function squareOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
