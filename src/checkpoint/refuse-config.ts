import { PellucidError } from '../errors.js';
import { shown } from './untrusted-text.js';

type Config = Readonly<Record<string, unknown>>;

/** What the values of `quant_method` are called by those who publish such weights. */
const quantisedFormats: Readonly<Record<string, string>> = {
  aqlm: 'AQLM',
  awq: 'AWQ',
  bitnet: 'BitNet',
  'compressed-tensors': 'compressed-tensors',
  eetq: 'EETQ',
  fbgemm_fp8: 'FBGEMM fp8',
  fp8: 'fp8',
  gptq: 'GPTQ',
  hqq: 'HQQ',
  higgs: 'HIGGS',
  mxfp4: 'mxfp4',
  quanto: 'Quanto',
  quark: 'Quark',
  torchao: 'torchao',
  vptq: 'VPTQ',
};

/**
 * Refuses what a config says of its files that Pellucid cannot read, before their headers are: weights that are not
 * plain numbers, and code that would have to be run.
 * @throws PellucidError `unsupported`, saying which format or whose code it is.
 */
export function refuseConfig(config: Config, id: string): void {
  if (present(config.auto_map)) {
    throw new PellucidError(
      'unsupported',
      `${id} needs Python code of its own, which config.json names under auto_map and Pellucid never runs: use a ` +
        'version of this model that transformers opens without trust_remote_code.',
    );
  }
  const settings = ['quantization_config', 'compression_config'].find((key) => present(config[key]));
  if (settings !== undefined) {
    throw new PellucidError(
      'unsupported',
      `${id} has quantised weights (${settings}: ${formatOf(config[settings])}), and Pellucid computes with F32, F16 ` +
        'or BF16 only: use the checkpoint they were made from.',
    );
  }
}

function present(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function formatOf(settings: unknown): string {
  const { quant_method: method, load_in_4bit: four, load_in_8bit: eight } = settings as Config;
  if (method === 'bitsandbytes' || (method === undefined && (four === true || eight === true))) {
    return `bitsandbytes, ${four === true ? 4 : 8} bits`;
  }
  if (typeof method !== 'string') return 'of a format it does not name';
  return Object.hasOwn(quantisedFormats, method) ? quantisedFormats[method]! : shown(method);
}
