/** The questions of `Operations` that take more than a run, as a user of Pellucid would ask them. */
import type { Model, Run } from '../../src/index.js';
import { explain, parseTarget } from '../../src/index.js';
import type {
  EverythingRequest,
  ExplainRequest,
  GenerateRequest,
  IntegratedGradientsRequest,
  PerturbationRequest,
  Timed,
} from './operations.js';
import { time } from './time.js';

/** Times of so many calls, or for none of them a sample of what a call gives. */
async function timed<Result>(
  repetitions: number,
  work: () => Promise<Result>,
  sample: (result: Result) => Iterable<number>,
): Promise<Timed> {
  if (repetitions === 0) return { milliseconds: [], sample: [...sample(await work())] };
  return { milliseconds: await time(repetitions, work), sample: [] };
}

/** Attention patterns and residual streams, at all places between the layers. */
export function streams(model: Model): string[] {
  const last = `blocks.${model.dimensions.layers - 1}.hook_resid_post`;
  return ['blocks.*.attn.hook_pattern', 'blocks.*.hook_resid_pre', last];
}

export function everything(
  model: Model,
  { tokenIds, capture, repetitions }: EverythingRequest,
): Promise<Timed> {
  const kept = capture === 'hooks' ? model.hooks : capture === 'streams' ? [...streams(model), 'logits'] : [];
  const { layers, vocabularySize } = model.dimensions;
  const inner =
    kept.length > 0
      ? [`blocks.${layers - 1}.attn.hook_pattern`, `blocks.${Math.floor(layers / 2)}.hook_resid_pre`]
      : [];
  return timed(
    repetitions,
    () => model.run({ tokenIds }, { capture: kept.length > 0 ? kept : 'logits', answers: 'none' }),
    (run) => {
      const logits = data(run, 'logits').subarray(-vocabularySize).subarray(0, 1000);
      const parts = inner.map((name) => {
        const value = run.activation(name);
        const start = value.shape.length === 3 ? value.shape[1]! * value.shape[2]! : 0;
        const size = value.shape.at(-1)! * value.shape.at(-2)!;
        return (value.data as Float32Array).subarray(start, start + Math.min(1000, size));
      });
      return [...parts.flatMap((part) => [...part]), ...logits];
    },
  );
}

/** Runs inputs side by side and keeps what {@link everything} keeps of streams. */
export async function runAll(model: Model, inputs: readonly (readonly number[])[]): Promise<void> {
  const texts = inputs.map((tokenIds) => ({ tokenIds }));
  const runs = await model.runBatch(texts, { capture: [...streams(model), 'logits'], answers: 'none' });
  for (const run of runs) run.close();
}

export function gradient(
  model: Model,
  { tokenIds, answer, repetitions }: { tokenIds: readonly number[]; answer: number; repetitions: number },
): Promise<Timed> {
  const target = parseTarget(`logit:#${answer}`);
  return timed(
    repetitions,
    () => model.run({ tokenIds }, { capture: [], gradient: { target, of: 'hook_embed' } }),
    (run) => (run.gradient('hook_embed').data as Float32Array).subarray(0, 2000),
  );
}

/** Pellucid chooses its batches itself: of 64 tokens sixteen inputs, as the peers are told to. */
export function perturb(
  model: Model,
  method: string,
  { tokenIds, answer, repetitions }: PerturbationRequest,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Timed> {
  const target = parseTarget(`logit:#${answer}`, { position: -1 });
  return timed(
    repetitions,
    () => explain(model, { tokenIds }, { method, options, target, removal: 'zero', verdict: 'off' }),
    ({ values: { data } }) => (method === 'occlusion' ? data : [data.reduce((sum, score) => sum + score, 0)]),
  );
}

export function integratedGradients(
  model: Model,
  { tokenIds, answer, points, repetitions }: IntegratedGradientsRequest,
): Promise<Timed> {
  const target = parseTarget(`logit:#${answer}`, { position: -1 });
  const options = { steps: points };
  const method = 'integrated-gradients';
  return timed(
    repetitions,
    () => explain(model, { tokenIds }, { method, options, target, removal: 'zero', verdict: 'off' }),
    ({ values: { data } }) => data,
  );
}

/** Any method, about the model's own answer. */
export function explainBy(
  model: Model,
  { tokenIds, method, options, repetitions }: ExplainRequest,
): Promise<Timed> {
  return timed(
    repetitions,
    () => explain(model, { tokenIds }, { method, options, verdict: 'off' }),
    ({ values: { data } }) => data,
  );
}

export function patch(
  model: Model,
  request: { clean: readonly number[]; corrupted: readonly number[]; repetitions: number },
): Promise<Timed> {
  const from = { tokenIds: request.clean };
  const variants = Array.from({ length: model.dimensions.layers }, (_, layer) =>
    request.corrupted.map((_, position) => [
      {
        hook: `blocks.${layer}.hook_resid_pre`,
        positions: [position],
        edit: 'replace' as const,
        from,
      },
    ]),
  ).flat();
  return timed(
    request.repetitions,
    () => model.sweep({ tokenIds: request.corrupted }, variants),
    (runs) => runs.filter((_, i) => i % 29 === 0).map(largestLogit),
  );
}

export function ablate(
  model: Model,
  { tokenIds, repetitions }: { tokenIds: readonly number[]; repetitions: number },
): Promise<Timed> {
  const { layers, heads } = model.dimensions;
  const variants = Array.from({ length: layers * heads }, (_, i) => [
    { hook: `blocks.${Math.floor(i / heads)}.attn.hook_z`, heads: [i % heads], edit: 'zero' as const },
  ]);
  return timed(
    repetitions,
    () => model.sweep({ tokenIds }, variants),
    (runs) => runs.filter((_, i) => i % 11 === 0).map(largestLogit),
  );
}

export function generate(
  model: Model,
  { tokenIds, newTokens, capture, repetitions }: GenerateRequest,
): Promise<Timed> {
  const kept = capture ? { capture: streams(model) } : {};
  return timed(
    repetitions,
    () => model.generate({ tokenIds }, { maxNewTokens: newTokens, endTokens: [], ...kept }),
    ({ tokens }) => tokens.map(({ id }) => id),
  );
}

function largestLogit(run: Run): number {
  return run.predictions(1)[0]!.candidates[0]!.score;
}

function data(run: Run, hook: string): Float32Array {
  return run.activation(hook).data as Float32Array;
}
