import { PellucidError } from '../errors.js';
import type { Model } from '../model/index.js';
import {
  type Check,
  type CheckResult,
  type Examined,
  firstInputs,
  type IdInput,
  inputOf,
  resultOf,
} from './check.js';
import { checks } from './checks.js';
import { chooseInput, type InputChoice } from './input.js';
import { compareReference, referenceInput } from './reference.js';

export interface VerifyOptions extends InputChoice {
  /** Told before each check, and at the end with `done` = `total`. */
  readonly onProgress?: (progress: VerifyProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface VerifyProgress {
  readonly done: number;
  readonly total: number;
  /** The check that comes now; '' at the end. */
  readonly name: string;
}

/** What a verification found. */
export interface Verification {
  readonly model: string;
  readonly architecture: string;
  readonly contentHash: string;
  readonly tokenIds: readonly number[];
  readonly checks: readonly CheckResult[];
  readonly verdict: 'passed' | 'failed';
}

/**
 * Tests the identities of the numerical contract on a model, and its values against those of a reference where these
 * are given. A model that fails a check is reported, not thrown.
 * @throws PellucidError `bad-input` for an input that cannot be used, `bad-checkpoint` for a reference that has no token
 * ids, `cancelled`.
 */
export async function verify(model: Model, options: VerifyOptions = {}): Promise<Verification> {
  const { reference, signal, onProgress } = options;
  const { tokenIds } = chooseInput(model, options);
  const [input, other] = [inputOf(model, tokenIds), inputOf(model, tokenIds.toReversed())];
  const examined: Examined = { model, input, other, output: outputHook(model), signal };
  const first = await model.run(input, { capture: firstInputs(model), answers: 'none', signal });
  const { architecture, contentHash } = first.subject;
  const results: CheckResult[] = [];
  const total = checks.length + (reference ? 1 : 0);
  const tell = (name: string) => onProgress?.({ done: Math.min(results.length, total), total, name });
  for (const check of checks) {
    tell(check.name);
    results.push(await perform(check, examined));
  }
  if (reference) {
    tell('the reference');
    if (options.text !== undefined) results.push(sameIds(input, referenceInput(reference)));
    results.push(...(await compareReference(model, reference, signal)));
  }
  tell('');
  return {
    ...{ model: model.id, architecture, contentHash },
    tokenIds: examined.input.tokenIds,
    checks: results,
    verdict: results.some(({ verdict }) => verdict === 'failed') ? 'failed' : 'passed',
  };
}

async function perform(check: Check, examined: Examined): Promise<CheckResult> {
  const { name } = check;
  const nothing = { name, measured: null, tolerance: null };
  const reason = check.without?.(examined);
  if (reason !== undefined) return { ...nothing, verdict: 'skipped', note: reason };
  try {
    return resultOf(name, await check.measure(examined));
  } catch (error) {
    if (!(error instanceof PellucidError) || error.code === 'cancelled') throw error;
    return { ...nothing, verdict: 'failed', note: error.message };
  }
}

/** Whether the reference read a text as the same tokens. */
function sameIds({ tokenIds }: IdInput, reference: IdInput): CheckResult {
  const others = tokenIds.filter((id, i) => id !== reference.tokenIds[i]).length;
  const measured = Math.max(others, reference.tokenIds.length - tokenIds.length);
  return resultOf('reference: token ids', { measured, tolerance: 0, note: 'ids that differ' });
}

/** The logits, or what a model without a head ends with. */
function outputHook({ hooks }: Model): string {
  if (hooks.includes('logits')) return 'logits';
  return hooks.findLast((hook) => /(ln_final\.hook_normalized|hook_(normalized_)?resid_post)$/.test(hook))!;
}
