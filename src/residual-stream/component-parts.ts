import type { Model, Run } from '../model/index.js';
import { dot, type LinearEnd, type Row, read, row } from './linear-end.js';

/** Smaller parts than this share of the largest are rounding of float32, and have no row. */
const rounding = 1e-6;

const scalesOf = ({ hooks }: Model) => hooks.filter((hook) => hook.endsWith('.hook_scale'));

/**
 * A row for each head, its mixed values through the output projection, and for what its bias adds. All layers in one pass: with
 * values, patterns, scales and MLPs frozen, the derivative with respect to `hook_z` goes along the direct way alone.
 */
export async function headRows(end: LinearEnd): Promise<Row[]> {
  const { model, attention, mlp } = end;
  const frozen = model.hooks.filter((hook) => /\.attn\.hook_(pattern|v)$|\.hook_mlp_out$/.test(hook));
  const places = attention.map((_, layer) => `blocks.${layer}.attn.hook_z`);
  const run = await derivatives(end, places, [...frozen, ...scalesOf(model)]);
  const largest = Math.max(...attention.map(Math.abs), ...mlp.map(Math.abs));
  return attention.flatMap((whole, layer) => {
    const heads = partsOf(run, places[layer]!);
    const rest = whole - heads.reduce((sum, value) => sum + value, 0);
    return [
      ...heads.map((value, head) => row('head', `layer ${layer}, head ${head}`, value, layer, head)),
      ...(Math.abs(rest) > rounding * largest
        ? [row('attention-bias', `layer ${layer}, attention bias`, rest, layer)]
        : []),
      row('mlp', `layer ${layer}, MLP`, mlp[layer]!, layer),
    ];
  });
}

/**
 * A row for each of the strongest neurons, the activations that the MLP's last product reads; the others of a layer share one,
 * and so does what is left, the bias. One pass for each layer, with everything else frozen.
 */
export async function neuronRows(end: LinearEnd, top: number): Promise<Row[]> {
  const { model, attention, mlp, options } = end;
  const outputs = model.hooks.filter((hook) => /\.hook_(attn|mlp)_out$/.test(hook));
  const neurons: number[][] = [];
  for (const layer of mlp.keys()) {
    const place = `blocks.${layer}.mlp.hook_post`;
    if (!model.hooks.includes(place)) {
      neurons.push([]);
      continue;
    }
    const others = outputs.filter((hook) => hook !== `blocks.${layer}.hook_mlp_out`);
    neurons.push(partsOf(await derivatives(end, [place], [...others, ...scalesOf(model)]), place));
    options.onProgress?.({ done: layer + 1, total: mlp.length, part: 'layers' });
  }
  const all = neurons.flatMap((values, layer) => values.map((value, index) => ({ layer, index, value })));
  const strongest = new Set(all.sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, top));
  const largest = Math.max(...attention.map(Math.abs), ...mlp.map(Math.abs));
  return mlp.flatMap((whole, layer) => {
    const own = all.filter((each) => each.layer === layer).sort((a, b) => a.index - b.index);
    const named = own.filter((each) => strongest.has(each));
    const other = own.filter((each) => !strongest.has(each)).reduce((sum, { value }) => sum + value, 0);
    const rest = whole - own.reduce((sum, { value }) => sum + value, 0);
    return [
      row('attention', `layer ${layer}, attention`, attention[layer]!, layer),
      ...named.map(({ index, value }) =>
        row('neuron', `layer ${layer}, neuron ${index}`, value, layer, index),
      ),
      ...(own.length > named.length
        ? [row('neurons', `layer ${layer}, ${own.length - named.length} other neurons`, other, layer)]
        : []),
      ...(Math.abs(rest) > rounding * largest
        ? [row('mlp-rest', own.length > 0 ? `layer ${layer}, MLP bias` : `layer ${layer}, MLP`, rest, layer)]
        : []),
    ];
  });
}

function derivatives(end: LinearEnd, of: readonly string[], freeze: readonly string[]): Promise<Run> {
  const { model, input, target, options } = end;
  return model.run(input, {
    ...{ capture: of, answers: 'none', gradient: { target, of, freeze } },
    ...(options.signal ? { signal: options.signal } : {}),
  });
}

/** Value times derivative, [position, part …], summed over positions and what belongs to one part. */
function partsOf(run: Run, hook: string): number[] {
  const { shape } = run.activation(hook);
  const [values, slopes] = [read(run, hook), run.gradient(hook).data as Float32Array];
  const [positions, parts] = shape as [number, number];
  const width = shape.slice(2).reduce((a, b) => a * b, 1);
  return Array.from({ length: parts }, (_, part) => {
    let sum = 0;
    for (let position = 0; position < positions; position++) {
      const from = (position * parts + part) * width;
      sum += dot(values.subarray(from, from + width), slopes.subarray(from, from + width));
    }
    return sum;
  });
}
