import { PellucidError } from '../../errors.js';
import { shown } from '../untrusted-text.js';

/** What `adapter_config.json` says of how an adapter is applied. */
export interface AdapterSettings {
  /** `base_model_name_or_path`; undefined where the file does not say. */
  readonly base: string | undefined;
  /** `task_type` of PEFT, such as `SEQ_CLS`. */
  readonly taskType: string | undefined;
  /** Whether layers are rescaled to a stored magnitude. */
  readonly dora: boolean;
  /** The rank that the update of a module must have. */
  readonly rank: (module: string) => number;
  /** What the update of a module is multiplied by. */
  readonly scale: (module: string) => number;
}

/** Keys that say how an adapter was trained, what it was trained on, or which modules the file holds anyway. */
const settled = new Set([
  ...['auto_mapping', 'base_model_name_or_path', 'corda_config', 'eva_config', 'exclude_modules'],
  ...['fan_in_fan_out', 'inference_mode', 'layers_pattern', 'layers_to_transform', 'loftq_config'],
  ...[
    'lora_dropout',
    'lora_ga_config',
    'megatron_core',
    'modules_to_save',
    'peft_version',
    'qalora_group_size',
  ],
  ...['revision', 'runtime_config', 'target_modules', 'task_type', 'bias', 'lora_bias'],
  ...['peft_type', 'r', 'lora_alpha', 'rank_pattern', 'alpha_pattern', 'use_rslora', 'use_dora'],
  'init_lora_weights',
]);

/** Ways to begin that change the base's weights, so that base and adapter alone are not the model. */
const changesBase = /^(pissa|olora|corda|loftq|lora_ga)/i;

/**
 * Reads `adapter_config.json` of PEFT (Hu et al. 2021, https://arxiv.org/abs/2106.09685).
 * @throws PellucidError `unsupported` for another kind of adapter or an option that changes what is computed,
 * `bad-checkpoint` for a value that cannot be.
 */
export function adapterSettings(config: Readonly<Record<string, unknown>>, where: string): AdapterSettings {
  const refuse = (key: string, why: string) =>
    new PellucidError(
      'unsupported',
      `adapter_config.json of ${where} sets ${key} to ${shown(JSON.stringify(config[key]))}, ${why}.`,
    );
  if (config.peft_type !== 'LORA') throw refuse('peft_type', 'and Pellucid reads only LORA');
  if (typeof config.init_lora_weights === 'string' && changesBase.test(config.init_lora_weights)) {
    throw refuse(
      'init_lora_weights',
      "which changes the base's weights too: save the adapter with path_initial_model_for_weight_conversion",
    );
  }
  const other = Object.keys(config).find((key) => !settled.has(key) && !isEmpty(config[key]));
  if (other !== undefined) throw refuse(other, 'which Pellucid does not support');
  const ranks = pattern(config, 'rank_pattern', where);
  const alphas = pattern(config, 'alpha_pattern', where);
  const rank = (module: string) => ranks(module) ?? positive(config, 'r', 8, where);
  const alpha = (module: string) => alphas(module) ?? positive(config, 'lora_alpha', 8, where);
  const root = config.use_rslora === true;
  const { base_model_name_or_path: base, task_type: taskType } = config;
  return {
    base: typeof base === 'string' && base !== '' ? base : undefined,
    taskType: typeof taskType === 'string' ? taskType : undefined,
    dora: config.use_dora === true,
    rank,
    scale: (module) => alpha(module) / (root ? Math.sqrt(rank(module)) : rank(module)),
  };
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function positive(
  config: Readonly<Record<string, unknown>>,
  key: string,
  fallback: number,
  where: string,
): number {
  const value = config[key] ?? fallback;
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw new PellucidError(
    'bad-checkpoint',
    `adapter_config.json of ${where}: ${key} must be a number above 0, not ${shown(JSON.stringify(value))}.`,
  );
}

/**
 * The numbers of `rank_pattern` or `alpha_pattern`: that of the first expression that matches the end of a module's name
 * from a dot on, as in PEFT. Expressions come from a file: those that could take for ever are refused.
 */
function pattern(
  config: Readonly<Record<string, unknown>>,
  key: string,
  where: string,
): (module: string) => number | undefined {
  const given = config[key] ?? {};
  const wrong = (what: string) =>
    new PellucidError('bad-checkpoint', `adapter_config.json of ${where}: ${key} ${what}.`);
  if (typeof given !== 'object' || Array.isArray(given)) throw wrong('must be an object');
  const entries = Object.keys(given).map((source) => {
    const name = shown(source);
    const repeats = source.replace(/\\./g, '').match(/[*+?{]/g)?.length ?? 0;
    if (source.length > 200 || repeats > 2 || /\)[*+?{]/.test(source))
      throw new PellucidError(
        'unsupported',
        `adapter_config.json of ${where}: ${key} has the expression "${name}", which is too involved: name the modules.`,
      );
    try {
      const value = positive(given as Record<string, unknown>, source, 0, where);
      return { expression: new RegExp(`^(.*\\.)?(${source})$`), value };
    } catch (cause) {
      if (cause instanceof PellucidError) throw cause;
      throw wrong(`has "${name}", which is no regular expression`);
    }
  });
  return (module) => entries.find(({ expression }) => expression.test(module))?.value;
}
