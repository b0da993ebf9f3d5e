import type {
  InferenceSession,
  InferenceSessionFactory,
  Tensor as OnnxTensor,
  TensorConstructor,
} from 'onnxruntime-common';
import type { DataType, Tensor } from '../tensor/index.js';
import { isFiniteBy } from './finite.js';
import type { Answer, Request, Response, RunAnswer } from './protocol.js';
import type { Feed, SessionOptions } from './runtime.js';

/** What every build of ONNX Runtime exports. */
export interface OnnxRuntime {
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor;
}

const onnxTypes = { F32: 'float32', I64: 'int64', I32: 'int32', U8: 'uint8', BOOL: 'bool' } as const;
const dataTypes: Readonly<Record<string, DataType>> = {
  float32: 'F32',
  int64: 'I64',
  int32: 'I32',
  uint8: 'U8',
  bool: 'BOOL',
};

/** What sessions are compiled with on every platform. */
export function sharedOptions({ weights, prepack }: SessionOptions) {
  return {
    logSeverityLevel: 3,
    // Higher levels fuse nodes where no hook point stands between: a capture or an edit would then change last bits.
    graphOptimizationLevel: 'basic',
    enableCpuMemArena: false,
    ...(weights ? { externalData: weights.map(({ location, data }) => ({ path: location, data })) } : {}),
    extra: { session: { disable_prepacking: prepack ? '0' : '1' } },
  } as const satisfies InferenceSession.SessionOptions;
}

/** The engine's side of a thread: owns every session of one build of ONNX Runtime, and what runs left in it. */
export class Engine {
  readonly #onnx: OnnxRuntime;
  readonly #optionsOf: (options: SessionOptions) => InferenceSession.SessionOptions;
  readonly #sessions = new Map<number, InferenceSession>();
  /** Outputs that stay here, by the number that the caller gave them. */
  readonly #kept = new Map<number, OnnxTensor>();

  constructor(onnx: OnnxRuntime, optionsOf: (options: SessionOptions) => InferenceSession.SessionOptions) {
    this.#onnx = onnx;
    this.#optionsOf = optionsOf;
  }

  /** Does what is asked and hands over the response, with the memory that moves with it. */
  async respond(request: Request, post: (response: Response, moved: ArrayBuffer[]) => void): Promise<void> {
    const result = await this.#answer(request);
    const values = isRunAnswer(result) ? [...result.outputs.values()] : [];
    // A tensor that passes through the graph unchanged can share its memory with another output: it moves once, and
    // never where it also stays here.
    const buffers = new Set(values.map((value) => value.data.buffer as ArrayBuffer));
    for (const value of this.#kept.values()) buffers.delete(fromOnnx(value).data.buffer as ArrayBuffer);
    post({ key: request.key, result }, [...buffers]);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.release()));
  }

  async #answer(request: Request): Promise<Answer> {
    switch (request.kind) {
      case 'create': {
        const options = this.#optionsOf(request.options);
        this.#sessions.set(request.key, await this.#onnx.InferenceSession.create(request.model, options));
        return request.key;
      }
      case 'run':
        return this.#run(request);
      case 'discard': {
        for (const number of request.kept) this.#kept.delete(number);
        return null;
      }
      case 'release': {
        await this.#sessions.get(request.session)?.release();
        this.#sessions.delete(request.session);
        return null;
      }
    }
  }

  async #run({ session: number, feeds, keep, check }: Request & { kind: 'run' }): Promise<RunAnswer> {
    const session = this.#sessions.get(number);
    if (!session) throw new Error('the session has been released');
    const given = Object.entries(feeds).map(([name, value]) => [name, this.#toOnnx(value)]);
    const strange = [...keep.keys(), ...check.keys()].find((name) => !session.outputNames.includes(name));
    if (strange !== undefined)
      throw new Error(`the graph has no output named ${strange} that could be kept or checked`);
    const values = await session.run(Object.fromEntries(given));
    // Here and not by the caller, whose thread has other work than to look through what may be a gigabyte.
    const wrong = [...check].filter(([name, rule]) => !isFiniteBy(rule, fromOnnx(values[name]!)));
    for (const [name, kept] of keep) this.#kept.set(kept, values[name]!);
    const sent = session.outputNames.filter((name) => !keep.has(name));
    return {
      outputs: new Map(sent.map((name) => [name, fromOnnx(values[name]!)])),
      nonFinite: new Set(wrong.map(([name]) => name)),
    };
  }

  #toOnnx(feed: Feed): OnnxTensor {
    if ('kept' in feed) {
      const value = this.#kept.get(feed.kept);
      if (value) return value;
      throw new Error('a value that was kept in the engine has been discarded');
    }
    const { dtype, shape, data } = feed;
    if (!(dtype in onnxTypes)) throw new Error(`a tensor of type ${dtype} cannot be fed`);
    return new this.#onnx.Tensor(onnxTypes[dtype as keyof typeof onnxTypes], data as Float32Array, shape);
  }
}

function isRunAnswer(answer: Answer): answer is RunAnswer {
  return typeof answer === 'object' && answer !== null;
}

function fromOnnx(value: OnnxTensor): Tensor {
  const dtype = dataTypes[value.type];
  if (!dtype) throw new Error(`an output of type ${value.type} cannot be read`);
  return { dtype, shape: value.dims, data: value.data as Float32Array };
}
