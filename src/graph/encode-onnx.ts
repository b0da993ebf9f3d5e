import { create, toBinary } from '@bufbuild/protobuf';
import type { DataType, Tensor } from '../tensor/index.js';
import { withDirectOutputs } from './direct-outputs.js';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataLocation as DataLocation,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  TensorProto_DataType as OnnxType,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './generated/onnx_pb.js';
import type { Graph, Node } from './graph.js';
import type { Operator } from './operators.js';
import { staticInputs } from './static-inputs.js';
import type { Value } from './value.js';

const onnxTypes: Readonly<Record<DataType, OnnxType>> = {
  F64: OnnxType.DOUBLE,
  F32: OnnxType.FLOAT,
  F16: OnnxType.FLOAT16,
  BF16: OnnxType.BFLOAT16,
  I64: OnnxType.INT64,
  I32: OnnxType.INT32,
  I16: OnnxType.INT16,
  I8: OnnxType.INT8,
  U8: OnnxType.UINT8,
  BOOL: OnnxType.BOOL,
};

const irVersion = 10n;
const operatorSet = 21n;
const microsoft = 'com.microsoft';
const microsoftOperators = new Set<Operator>(['FusedMatMul', 'MatMulNBits']);

/**
 * The graph as the bytes of an ONNX model: a few kB, whose weights are external data inside the checkpoint's files.
 * @param locate gives the `location` under which the runtime finds a weight file, relative to its weights folder.
 */
export function encodeOnnx(whole: Graph, locate: (file: string) => string): Uint8Array {
  const graph = withDirectOutputs(whole);
  const initializer: TensorProto[] = [];
  for (const weight of graph.weights.values()) {
    const { file, offset, length } = weight.data;
    const entries = { location: locate(file), offset: String(offset), length: String(length) };
    initializer.push(
      create(TensorProtoSchema, {
        ...tensorType(weight),
        dataLocation: DataLocation.EXTERNAL,
        externalData: Object.entries(entries).map(([key, value]) =>
          create(StringStringEntryProtoSchema, { key, value }),
        ),
      }),
    );
  }
  for (const [name, value] of graph.constants) initializer.push(embedded(name, value));

  const node: NodeProto[] = [];
  for (const each of graph.nodes) {
    const extra = staticInputs(each, graph);
    for (const [i, value] of extra.entries())
      initializer.push(embedded(`${each.outputs[0]}.static.${i}`, value));
    node.push(...withoutShape(encodeNode(each, extra.length)));
  }
  const model = create(ModelProtoSchema, {
    irVersion,
    producerName: 'pellucid',
    opsetImport: [
      { domain: '', version: operatorSet },
      { domain: microsoft, version: 1n },
    ],
    graph: create(GraphProtoSchema, {
      name: 'pellucid',
      node,
      initializer,
      input: graph.inputs.map(valueInfo),
      // Without shapes: the engine infers them, and a value of shared rows may keep a batch of 1 (see Executor).
      output: graph.outputs.map((name) => valueInfo({ name, dtype: graph.values.get(name)!.dtype })),
    }),
  });
  return toBinary(ModelProtoSchema, model);
}

function encodeNode(node: Node, extraInputs: number): NodeProto {
  const extra = Array.from({ length: extraInputs }, (_, i) => `${node.outputs[0]}.static.${i}`);
  return create(NodeProtoSchema, {
    name: node.outputs[0]!,
    opType: node.operator,
    domain: microsoftOperators.has(node.operator) ? microsoft : '',
    input: [...node.inputs, ...extra],
    output: [...node.outputs],
    attribute: extraInputs
      ? staticAttributes(node)
      : Object.entries(node.attributes).map(([k, v]) => attribute(k, v)),
  });
}

/**
 * An operator whose output is as long as its data say, with the shape of that output hidden from the engine: it looks for
 * a freed buffer of equal shape at every value whose shape it infers, among all that were freed and found no use, which takes
 * time in proportion to the square of the number of experts, and finds none.
 */
function withoutShape(node: NodeProto): NodeProto[] {
  if (node.opType !== 'NonZero') return [node];
  const output = node.output[0]!;
  const [found, shape] = [`${output}.found`, `${output}.shape`];
  const made = (opType: string, input: string[], name: string) =>
    create(NodeProtoSchema, { name, opType, input, output: [name] });
  return [
    { ...node, name: found, output: [found] },
    made('Shape', [found], shape),
    made('Reshape', [found, shape], output),
  ];
}

/** The attributes that stay attributes in ONNX although the operator has static inputs. */
function staticAttributes(node: Node): AttributeProto[] {
  const { attributes } = node as Node<'ReduceMean' | 'Split'>;
  if ('keepdims' in attributes) return [attribute('keepdims', attributes.keepdims)];
  return 'sizes' in attributes ? [attribute('axis', attributes.axis)] : [];
}

/** Attributes whose ONNX type is a float even where their value is whole. */
const floatAttributes = new Set(['alpha', 'epsilon']);

function attribute(name: string, value: unknown): AttributeProto {
  if (typeof value === 'string' && name === 'to') {
    const type = onnxTypes[value as DataType];
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(type) });
  }
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, {
      name,
      type: AttributeType.STRING,
      s: new TextEncoder().encode(value),
    });
  }
  if (Array.isArray(value)) {
    return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
  }
  return floatAttributes.has(name)
    ? create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value as number })
    : create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value as number) });
}

function tensorType({ name, dtype, shape }: Value) {
  return { name, dataType: onnxTypes[dtype], dims: shape.map((size) => BigInt(size)) };
}

function embedded(name: string, { dtype, shape, data }: Tensor): TensorProto {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return create(TensorProtoSchema, { ...tensorType({ name, dtype, shape }), rawData });
}

function valueInfo({
  name,
  dtype,
  shape,
}: Omit<Value, 'shape'> & { shape?: Value['shape'] }): ValueInfoProto {
  const dim = shape?.map((size) =>
    typeof size === 'number'
      ? { value: { case: 'dimValue' as const, value: BigInt(size) } }
      : { value: { case: 'dimParam' as const, value: size } },
  );
  const elemType = onnxTypes[dtype];
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: dim ? { elemType, shape: { dim } } : { elemType } } },
  });
}
