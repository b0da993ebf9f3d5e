import { PellucidError } from '../../errors.js';

/** The settings of rotary position embedding, from `rope_parameters` or the older `rope_theta` and `rope_scaling`. */
export interface RotarySettings {
  /** `rope_type`: default, linear, dynamic, yarn, longrope or llama3. */
  readonly type: string;
  /** `rope_theta`: base of the wavelengths. */
  readonly theta: number;
  /** How many features of a head are rotated; even. */
  readonly width: number;
  /** `max_position_embeddings`. */
  readonly contextLength: number;
  /** The other keys of the scaling. */
  readonly scaling: Readonly<Record<string, unknown>>;
}

/** Angles per position of each pair of features, and the factor of their sines and cosines. */
export interface RotaryFrequencies {
  readonly values: Float32Array;
  readonly factor: number;
  /** Frequencies for texts longer than `above` positions, where they differ (longrope). */
  readonly long?: { readonly above: number; readonly values: Float32Array };
  /** For texts longer than `above` positions, theta grows with their length, by this factor (dynamic). */
  readonly growth?: { readonly above: number; readonly factor: number };
}

/**
 * The frequencies of every rotary scaling, as transformers' `modeling_rope_utils.py` computes
 * them (Su et al. 2021, https://arxiv.org/abs/2104.09864; yarn: Peng et al. 2023, https://arxiv.org/abs/2309.00071;
 * longrope: Ding et al. 2024, https://arxiv.org/abs/2402.13753).
 * @param where names the checkpoint in messages
 * @throws PellucidError `unsupported` for another `rope_type`, `bad-checkpoint` where a number of it is missing.
 */
export function rotaryFrequencies(settings: RotarySettings, where: string): RotaryFrequencies {
  const { type, theta, width, contextLength } = settings;
  const read = reader(settings, where);
  const plain = Array.from({ length: width / 2 }, (_, i) => theta ** ((-2 * i) / width));
  switch (type) {
    case 'default':
      return { values: Float32Array.from(plain), factor: 1 };
    case 'dynamic':
      return {
        values: Float32Array.from(plain),
        factor: 1,
        growth: { above: contextLength, factor: read('factor') },
      };
    case 'linear':
      return { values: Float32Array.from(plain, (f) => f / read('factor')), factor: 1 };
    case 'llama3':
      return { values: Float32Array.from(plain, llama3(read)), factor: 1 };
    case 'yarn':
      return yarn(plain, settings, read);
    case 'longrope': {
      const original = read('original_max_position_embeddings', contextLength);
      const scale = read('factor', contextLength / original);
      const factor = scale <= 1 ? 1 : Math.sqrt(1 + Math.log(scale) / Math.log(original));
      const divided = (key: string) => {
        const factors = settings.scaling[key];
        if (
          !Array.isArray(factors) ||
          factors.length !== plain.length ||
          factors.some((f) => typeof f !== 'number')
        ) {
          throw new PellucidError(
            'bad-checkpoint',
            `config.json of ${where}: ${key} of the rotary scaling must be ${plain.length} numbers.`,
          );
        }
        return Float32Array.from(plain, (f, i) => f / (factors[i] as number));
      };
      return {
        values: divided('short_factor'),
        factor: read('attention_factor', factor),
        long: { above: original, values: divided('long_factor') },
      };
    }
    default:
      throw new PellucidError(
        'unsupported',
        `config.json of ${where} sets rope_type to "${type}", and Pellucid supports default, dynamic, linear, llama3, longrope and yarn.`,
      );
  }
}

type Read = (key: string, fallback?: number) => number;

function reader({ scaling }: RotarySettings, where: string): Read {
  return (key, fallback) => {
    const value = scaling[key] ?? fallback;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw new PellucidError(
      'bad-checkpoint',
      `config.json of ${where}: ${key} of the rotary scaling must be a number, not ${JSON.stringify(value) ?? 'missing'}.`,
    );
  };
}

/** Llama 3.1: long wavelengths are divided, short ones kept, those between blended. */
function llama3(read: Read): (frequency: number) => number {
  const [factor, low, high] = [read('factor'), read('low_freq_factor'), read('high_freq_factor')];
  const original = read('original_max_position_embeddings');
  return (frequency) => {
    const wavelength = (2 * Math.PI) / frequency;
    if (wavelength < original / high) return frequency;
    if (wavelength > original / low) return frequency / factor;
    const smooth = (original / wavelength - low) / (high - low);
    return ((1 - smooth) * frequency) / factor + smooth * frequency;
  };
}

function yarn(
  plain: readonly number[],
  { theta, width, contextLength, scaling }: RotarySettings,
  read: Read,
): RotaryFrequencies {
  const original = read('original_max_position_embeddings', contextLength);
  const factor = read('factor', contextLength / original);
  const stretch = (by: number) => yarnStretch(factor, by);
  const [mscale, all] = [read('mscale', 0), read('mscale_all_dim', 0)];
  const attention = mscale && all ? stretch(mscale) / stretch(all) : stretch(1);
  // The pair of features that turns `turns` times within the original context.
  const pairAt = (turns: number) =>
    (width * Math.log(original / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const whole = (scaling.truncate ?? true) !== false;
  const fast = pairAt(read('beta_fast', 32));
  const slow = pairAt(read('beta_slow', 1));
  const first = Math.max(whole ? Math.floor(fast) : fast, 0);
  let last = Math.min(whole ? Math.ceil(slow) : slow, width - 1);
  if (first === last) last += 0.001;
  const values = Float32Array.from(plain, (frequency, i) => {
    const ramp = Math.min(1, Math.max(0, (i - first) / (last - first)));
    return (frequency / factor) * ramp + frequency * (1 - ramp);
  });
  return { values, factor: read('attention_factor', attention) };
}

/** What YaRN multiplies queries and keys by, each, so that the softmax of a longer text stays as sharp (eq. 22). */
export function yarnStretch(factor: number, by: number): number {
  return factor <= 1 ? 1 : 0.1 * by * Math.log(factor) + 1;
}
