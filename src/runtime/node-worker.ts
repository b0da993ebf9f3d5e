/** The engine thread: owns every ONNX Runtime session, so that a long run never blocks the caller's event loop. */
import { parentPort } from 'node:worker_threads';
import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import type { DataType, Tensor } from '../tensor/index.js';
import type { Request, Response } from './node-protocol.js';
import type { Feed, SessionOptions } from './runtime.js';

const onnxTypes = { F32: 'float32', I64: 'int64', I32: 'int32', BOOL: 'bool' } as const;
const dataTypes: Readonly<Record<string, DataType>> = {
  float32: 'F32',
  int64: 'I64',
  int32: 'I32',
  bool: 'BOOL',
};

const sessions = new Map<number, InferenceSession>();

/** Outputs that stay in the engine, by the number that the caller gave them. */
const keptValues = new Map<number, OnnxTensor>();

/** Measured settings; see docs/decisions. Idle threads of one session must not spin against those of another. */
function sessionOptions({ weightsFolder, prepack }: SessionOptions): InferenceSession.SessionOptions {
  return {
    logSeverityLevel: 3,
    // Higher levels fuse nodes where no hook point stands between: a capture or an edit would then change last bits.
    graphOptimizationLevel: 'basic',
    enableCpuMemArena: false,
    extra: {
      session: {
        disable_prepacking: prepack ? '0' : '1',
        'intra_op.allow_spinning': '0',
        ...(weightsFolder ? { model_external_initializers_file_folder_path: weightsFolder } : {}),
      },
    },
  };
}

async function answer(request: Request): Promise<number | Map<string, Tensor> | null> {
  switch (request.kind) {
    case 'create': {
      sessions.set(
        request.key,
        await InferenceSession.create(request.model, sessionOptions(request.options)),
      );
      return request.key;
    }
    case 'run': {
      const session = sessions.get(request.session);
      if (!session) throw new Error('the session has been released');
      const feeds = Object.entries(request.feeds).map(([name, value]) => [name, toOnnx(value)] as const);
      const strange = [...request.keep.keys()].find((name) => !session.outputNames.includes(name));
      if (strange !== undefined)
        throw new Error(`the graph has no output named ${strange} that could be kept`);
      const outputs = await session.run(Object.fromEntries(feeds));
      for (const [name, number] of request.keep) keptValues.set(number, outputs[name]!);
      const sent = session.outputNames.filter((name) => !request.keep.has(name));
      return new Map(sent.map((name) => [name, fromOnnx(outputs[name]!)]));
    }
    case 'discard': {
      for (const number of request.kept) keptValues.delete(number);
      return null;
    }
    case 'release': {
      await sessions.get(request.session)?.release();
      sessions.delete(request.session);
      return null;
    }
    case 'close': {
      await Promise.all([...sessions.values()].map((session) => session.release()));
      parentPort!.close();
      return null;
    }
  }
}

function toOnnx(feed: Feed): OnnxTensor {
  if ('kept' in feed) {
    const value = keptValues.get(feed.kept);
    if (value) return value;
    throw new Error('a value that was kept in the engine has been discarded');
  }
  const { dtype, shape, data } = feed;
  if (!(dtype in onnxTypes)) throw new Error(`a tensor of type ${dtype} cannot be fed`);
  return new OnnxTensor(onnxTypes[dtype as keyof typeof onnxTypes], data as Float32Array, shape);
}

function fromOnnx(value: OnnxTensor): Tensor {
  const dtype = dataTypes[value.type];
  if (!dtype) throw new Error(`an output of type ${value.type} cannot be read`);
  return { dtype, shape: value.dims, data: value.data as Float32Array };
}

parentPort!.on('message', async (request: Request) => {
  let response: Response;
  try {
    response = { key: request.key, result: await answer(request) };
  } catch (error) {
    response = { key: request.key, error: error instanceof Error ? error.message : String(error) };
  }
  if (request.kind === 'close') return;
  const values = 'result' in response && response.result instanceof Map ? [...response.result.values()] : [];
  // A tensor that passes through the graph unchanged can share its memory with another output: transfer it once, and
  // never what stays here.
  const buffers = new Set(values.map((value) => value.data.buffer as ArrayBuffer));
  for (const value of keptValues.values()) buffers.delete(fromOnnx(value).data.buffer as ArrayBuffer);
  parentPort!.postMessage(response, [...buffers]);
});
