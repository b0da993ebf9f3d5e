import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeRuntime } from '../../src/index.js';

/** An event of ONNX Runtime's trace; times in microseconds. */
interface TraceEvent {
  readonly cat: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

/** Milliseconds of one piece of work, in all and by kind of operator; the rest is spent outside the operators. */
export interface Profile {
  readonly milliseconds: number;
  readonly kinds: Readonly<Record<string, number>>;
}

const kinds: Readonly<Record<string, RegExp>> = {
  'products of matrices': /MatMul$|^Gemm$/,
  softmax: /Softmax$/,
  'norms and sums': /^LayerNormalization$|^Reduce/,
  'copies and transposes': /^(Identity|Transpose|Split|Concat|Slice|Reshape|Gather.*|Scatter.*)$/,
};

/**
 * Does a piece of work twice in a runtime of its own that writes a trace, and tells where the second time went.
 * @param work does it in the runtime; what `close` does frees its sessions, which writes the trace
 */
export async function profile(
  work: (runtime: NodeRuntime) => Promise<{ run(): Promise<unknown>; close(): Promise<void> }>,
): Promise<Profile> {
  const folder = await mkdtemp(join(tmpdir(), 'pellucid-profile-'));
  try {
    const runtime = new NodeRuntime({ trace: join(folder, 'session') });
    const { run, close } = await work(runtime);
    await run();
    const start = performance.now();
    await run();
    const milliseconds = performance.now() - start;
    await close();
    await runtime.close();
    const files = await readdir(folder);
    const traces = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    return { milliseconds, kinds: sumByKind(traces.map((text) => JSON.parse(text) as TraceEvent[])) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Times of the operators in the second half of each session's runs, which are those of the second time. */
function sumByKind(traces: readonly (readonly TraceEvent[])[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const events of traces) {
    const runs = events.filter(({ cat, name }) => cat === 'Session' && name === 'model_run');
    const start = runs.toSorted((a, b) => a.ts - b.ts)[Math.floor(runs.length / 2)]?.ts ?? 0;
    for (const { cat, name, ts, dur, args } of events) {
      if (cat !== 'Node' || ts < start || !name.endsWith('_kernel_time')) continue;
      const found = Object.entries(kinds).find(([, operators]) => operators.test(args?.op_name ?? ''));
      const kind = found?.[0] ?? 'element by element';
      sums[kind] = (sums[kind] ?? 0) + dur / 1000;
    }
  }
  return sums;
}
