import { type Graph, type GraphBuilder, rewritten, type Value } from '../graph/index.js';
import { tensor } from '../tensor/index.js';
import { blocksOf, GraphIndex } from './block-anatomy.js';

const optional = /\.(attn\.hook_result|hook_(attn|mlp)_in|hook_[qkv]_input)$/;

/** Whether a hook point exists only when it is asked for by its own name. */
export function isOptionalHook(name: string): boolean {
  return optional.test(name);
}

/**
 * The graph with the hook points that are large and seldom wanted, [batch, position, head, width] each:
 * `attn.hook_result`, what each head writes to the residual stream, and `hook_q_input`, `hook_k_input`, `hook_v_input`
 * and `hook_attn_in`, the copies of the residual stream that each head reads; and `hook_mlp_in`, the copy that the MLP reads.
 * They stand beside the computation, which does not read them, so that they are dropped where nobody asks for them and
 * change no bit where they are captured. {@link routedThrough} puts them on its way.
 */
export function withOptionalHooks(graph: Graph): Graph {
  const index = new GraphIndex(graph);
  const behind = new Map<string, (builder: GraphBuilder) => void>();
  const add = (at: string, write: (builder: GraphBuilder) => void) => {
    const earlier = behind.get(at);
    behind.set(at, (builder) => {
      earlier?.(builder);
      write(builder);
    });
  };
  for (const { name, inputs, output, mlpFrom } of blocksOf(index)) {
    const pre = `${name}.hook_resid_pre`;
    if (inputs) {
      add(pre, (builder) => {
        const { q, k, v } = inputs;
        const alike = k.heads === q.heads && v.heads === q.heads;
        const whole = alike
          ? builder.hook(`${name}.hook_attn_in`, perHead(builder, builder.value(pre), q.heads))
          : undefined;
        for (const [part, { heads }] of Object.entries(inputs))
          builder.hook(`${name}.hook_${part}_input`, whole ?? perHead(builder, builder.value(pre), heads));
      });
    }
    if (output) {
      const { product, heads, headWidth } = output;
      const z = `${name}.attn.hook_z`;
      const weight = product.inputs[1]!;
      // A weight in half precision is cast behind the hook point, right before the product.
      add(index.producer.has(weight) ? weight : z, (builder) => {
        const stored = builder.value(weight);
        const byInput =
          product.operator === 'MatMul' ? stored : builder.apply('Transpose', [stored], { perm: [1, 0] });
        const shape = [heads, headWidth, byInput.shape[1]!];
        const parts = builder.apply('MatMul', [
          builder.apply('Transpose', [builder.value(z)], { perm: [0, 2, 1, 3] }),
          builder.apply('Reshape', [byInput], { shape }),
        ]); // [batch, head, position, width]
        builder.hook(`${name}.attn.hook_result`, builder.apply('Transpose', [parts], { perm: [0, 2, 1, 3] }));
      });
    }
    if (mlpFrom !== undefined)
      add(mlpFrom, (builder) => void builder.hook(`${name}.hook_mlp_in`, builder.value(mlpFrom)));
  }
  return rewritten(graph, { behind });
}

/** A copy for each head: [batch, position, width] → [batch, position, head, width]. */
function perHead(builder: GraphBuilder, x: Value, heads: number): Value {
  const ones = builder.constant(tensor('F32', [heads, 1], new Float32Array(heads).fill(1)));
  return builder.apply('Mul', [builder.apply('Unsqueeze', [x], { axes: [2] }), ones]);
}
