import type { Adapter, Checkpoint } from '../checkpoint/index.js';
import { PellucidError } from '../errors.js';
import { type Graph, GraphBuilder } from '../graph/index.js';
import type { Architecture, Dimensions, Task } from './architecture.js';
import { Branches } from './blocks/branches.js';
import { type Carried, type Held, Past } from './blocks/past.js';
import { ConfigReader } from './config-reader.js';
import { writeSentenceEmbedding } from './sentence-embedding.js';
import { withKeyValueHeads } from './stacks.js';
import { type WeightNames, WeightReader } from './weight-reader.js';

/** What PEFT calls the tasks that adapters are trained for. */
const adapterTasks: Readonly<Record<string, Task>> = {
  CAUSAL_LM: 'causal-lm',
  FEATURE_EXTRACTION: 'base',
  QUESTION_ANS: 'question-answering',
  SEQ_CLS: 'sequence-classification',
  TOKEN_CLS: 'token-classification',
};

/** A checkpoint's computation, checked against its weights: every tensor is there, has its shape and is used. */
export interface ModelGraph {
  readonly graph: Graph;
  readonly task: Task;
  readonly dimensions: Dimensions;
  readonly config: ConfigReader;
  /** The keys and values that a graph which continues a text hands from step to step; empty in others. */
  readonly carried: readonly Carried[];
  /** What such a graph takes from the encoder, once for the whole text; empty in others. */
  readonly held: readonly Held[];
  /** Whether what was carried from a text of one length holds in one of another; see {@link Past.holds}. */
  readonly holds?: ((before: number, now: number) => boolean) | undefined;
  /** What a graph of trees is fed with to know what its tokens see; undefined in others. */
  readonly branches: Branches | undefined;
}

export interface GraphOptions {
  /** The task, where it is not the one that the config names. */
  readonly task?: Task | undefined;
  /** Whether the graph continues a text whose earlier positions it does not read again; see {@link Past}. */
  readonly continues?: boolean;
  /** Whether the rows of the graph are trees of texts that begin alike; see {@link Branches}. */
  readonly branches?: boolean;
}

/**
 * Writes the whole graph of a checkpoint, with every hook point. Nothing is read but the headers.
 * @throws PellucidError `unsupported` for an option or class that is not supported, `bad-checkpoint` where config
 * and weights do not agree.
 */
export function createGraph(
  checkpoint: Checkpoint,
  architecture: Architecture,
  options: GraphOptions = {},
): ModelGraph {
  const { files, weights: stored, adapter } = checkpoint;
  const config = new ConfigReader(checkpoint.config, files.id);
  const dimensions = architecture.dimensions(config);
  const most = architecture.sharesLayers ? 1000 : Math.min(1000, stored.size);
  const layers = dimensions.layers + (dimensions.decoder?.layers ?? 0);
  if (layers > most) {
    throw new PellucidError(
      'bad-checkpoint',
      `config.json of ${files.id} asks for ${layers} layers, but its files hold ${stored.size} tensors.`,
    );
  }
  const builder = new GraphBuilder();
  const encoder = checkpoint.sentenceEncoder;
  const wanted = options.task ?? (adapter && !encoder ? adapterTask(adapter) : undefined);
  const names = otherHead(config, architecture, adapter && wanted);
  const weights = new WeightReader(stored, names, builder, files.id, adapter);
  if (options.task === 'sentence-embedding' && !encoder) {
    throw new PellucidError(
      'unsupported',
      `${files.id} has no modules.json, which says how its embeddings of sentences are made.`,
    );
  }
  const task = wanted ?? (encoder ? 'sentence-embedding' : undefined);
  // The head that the config names is built behind an embedding too: its weights are there.
  const ownTask = task === 'sentence-embedding' ? undefined : task;
  const builtTask = ownTask ?? taskOf(config, architecture, weights, files.id);
  const rows = ['batch', 'position'];
  const sourceRows = ['batch', 'source'];
  const inputs = {
    tokens: builder.input('tokens', 'I64', rows),
    mask: builder.input('mask', 'F32', rows),
    positions: builder.input('positions', 'I64', rows),
    segments: builder.input('segments', 'I64', rows),
    answers: builder.input('answers', 'I64', ['row', 'answer', 1]),
  };
  const sourceInputs = dimensions.decoder && {
    tokens: builder.input('source_tokens', 'I64', sourceRows),
    mask: builder.input('source_mask', 'F32', sourceRows),
    positions: builder.input('source_positions', 'I64', sourceRows),
  };
  const past = options.continues ? new Past(builder) : undefined;
  const branches = options.branches ? new Branches(builder) : undefined;
  architecture.build({
    graph: builder,
    config,
    weights,
    inputs,
    sourceInputs,
    task: builtTask,
    past,
    branches,
  });
  weights.checkAllUsed();
  if (encoder) {
    const { layers, width } = dimensions;
    const hooks = builder.build().hooks;
    writeSentenceEmbedding(builder, encoder, inputs, { hooks, layers, width, where: files.id });
  }
  const graph = builder.build();
  const sizes = withKeyValueHeads(dimensions, graph);
  const rereads = builtTask === 'sequence-classification';
  return {
    graph,
    task: task ?? builtTask,
    dimensions: {
      ...sizes,
      ...(sizes.decoder ? { decoder: { ...sizes.decoder, rereads } } : {}),
      contextLength: Math.min(dimensions.contextLength, encoder?.longest ?? dimensions.contextLength),
    },
    config,
    carried: past?.carried ?? [],
    held: past?.held ?? [],
    holds: past?.holds,
    branches,
  };
}

function adapterTask({ taskType }: Adapter): Task | undefined {
  return taskType !== undefined && Object.hasOwn(adapterTasks, taskType) ? adapterTasks[taskType] : undefined;
}

/** The names of a checkpoint whose adapter brings a head for another task: the base's own head may be there too. */
function otherHead(config: ConfigReader, architecture: Architecture, task: Task | undefined): WeightNames {
  const { weightNames: names, classes } = architecture;
  const [own] = config.classes();
  if (task === undefined || own === undefined || classes[own] === task) return names;
  return { ...names, surplus: [...names.surplus, new RegExp(`^(?!${names.prefix.replaceAll('.', '\\.')})`)] };
}

function taskOf(
  config: ConfigReader,
  architecture: Architecture,
  weights: WeightReader,
  where: string,
): Task {
  const [name] = config.classes();
  const { classes } = architecture;
  const task = name !== undefined && Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (task) return task;
  // A class of somebody's own may have any name; what its weights are for their names tell. One of transformers that is
  // not supported does something else with the same ones.
  const foreign = name === undefined || !Object.keys(classes).some((own) => name.startsWith(familyOf(own)));
  if (foreign) return architecture.inferTask((weight) => weights.has(weight), config);
  const known = Object.keys(classes).join(', ');
  throw new PellucidError(
    'unsupported',
    `${where} is a ${name}, which Pellucid does not support; of ${architecture.title} it opens ${known}.`,
  );
}

/** What the names of a family's classes begin with: `Bert` of `BertForMaskedLM`. */
function familyOf(className: string): string {
  return className.replace(/(For|Model$|LMHeadModel$|MTModel$).*$/, '');
}
