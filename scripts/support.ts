import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Architecture, Task } from '../src/model/index.js';
import { architectures } from '../src/model/index.js';
import {
  browserCheckpoints,
  webAssemblyCheckpoints,
  webGpuCheckpoints,
} from '../test/browser/checkpoints.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = join(root, 'docs', 'support.md');

/** A tiny checkpoint that tests hold against the reference. */
interface Held {
  readonly name: string;
  readonly modelType: string;
  /** Class of transformers. */
  readonly kind: string;
  readonly greedy: boolean;
  readonly half: string | undefined;
}

/** Short names of the tasks, in the order of the columns. */
const columns: readonly (readonly [Task, string])[] = [
  ['base', 'base'],
  ['causal-lm', 'next token'],
  ['masked-lm', 'masked'],
  ['replaced-token-detection', 'replaced'],
  ['sequence-classification', 'text class'],
  ['token-classification', 'token class'],
  ['question-answering', 'span'],
];

const dtypes: Readonly<Record<string, string>> = { BF16: 'bf16', F16: 'f16' };

/** The stored type of half-precision weights, from the header of a checkpoint's safetensors file. */
function halfOf(folder: string): string | undefined {
  const file = readdirSync(folder).find((name) => /^model.*\.safetensors$/.test(name));
  if (file === undefined) return undefined;
  const bytes = readFileSync(join(folder, file));
  const header: unknown = JSON.parse(bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE(0))));
  const tensors = Object.values(header as Record<string, { readonly dtype?: string }>);
  return tensors.flatMap(({ dtype = '' }) => dtypes[dtype] ?? [])[0];
}

function heldCheckpoints(): Held[] {
  const folder = join(root, 'fixtures', 'checkpoints');
  return readdirSync(folder).map((name) => {
    const golden = JSON.parse(readFileSync(join(folder, name, 'golden.json'), 'utf8')) as {
      readonly class: string;
      readonly model_type: string;
      readonly greedy?: object;
    };
    const { class: kind, model_type: modelType } = golden;
    return { name, modelType, kind, greedy: golden.greedy !== undefined, half: halfOf(join(folder, name)) };
  });
}

/** Names without an extension in a folder of fixtures. */
function namesIn(folder: string): string[] {
  return readdirSync(join(root, 'fixtures', folder)).map((name) => name.replace(/\.\w+$/, ''));
}

/** Checkpoints whose weights tests round to half precision, by the type. */
function rounded(): ReadonlyMap<string, ReadonlySet<string>> {
  const file = readFileSync(join(root, 'fixtures', 'half_precision', 'gaps.json'), 'utf8');
  const gaps = Object.entries(JSON.parse(file) as Record<string, object>);
  const of = (type: string) => new Set(gaps.flatMap(([name, own]) => (type in own ? [name] : [])));
  return new Map(['bf16', 'f16'].map((type) => [type, of(type)]));
}

/** What adapters of the fixtures are put on. */
function adapted(): string[] {
  return namesIn('adapters').map((name) => {
    const config = readFileSync(join(root, 'fixtures', 'adapters', name, 'adapter_config.json'), 'utf8');
    const { base_model_name_or_path: base } = JSON.parse(config) as { base_model_name_or_path: string };
    return base.slice(base.lastIndexOf('/') + 1);
  });
}

/** Where in a browser one of these checkpoints is held. */
function inBrowser(names: readonly string[]): string {
  const everywhere = [...browserCheckpoints, ...webGpuCheckpoints];
  if (names.some((name) => everywhere.includes(name))) return 'both';
  return names.some((name) => webAssemblyCheckpoints.includes(name)) ? 'WebAssembly' : '';
}

/** The page: what each architecture opens, and what of it tests hold. */
export function supportPage(): string {
  const held = heldCheckpoints();
  const gradients = new Set(namesIn('gradients'));
  const generated = new Set(
    namesIn('generation').map((name) => held.find((each) => each.name === name)?.modelType),
  );
  const bases = adapted();
  const halfOfAll = rounded();
  const row = ({ modelType, classes }: Architecture): string => {
    const own = held.filter((each) => each.modelType === modelType);
    const heads = columns.map(([task]) => {
      if (!Object.values(classes).includes(task)) return '';
      const count = own.filter(({ kind }) => classes[kind] === task).length;
      return count > 0 ? String(count) : '–';
    });
    const yes = (found: boolean) => (found ? 'yes' : '');
    const halves = ['bf16', 'f16'].map((type) => {
      return yes(own.some(({ name, half }) => half === type || halfOfAll.get(type)!.has(name)));
    });
    const cells = [
      `[${modelType}](architectures/${modelType}.md)`,
      ...heads,
      yes(own.some(({ name }) => gradients.has(name))),
      yes(own.some(({ greedy }) => greedy) || generated.has(modelType)),
      ...halves,
      inBrowser(own.map(({ name }) => name)),
      yes(own.some(({ name }) => bases.includes(name))),
    ];
    return `| ${cells.join(' | ')} |`;
  };
  const names = [
    ...columns.map(([, name]) => name),
    'gradient',
    'generation',
    'bf16',
    'f16',
    'browser',
    'adapter',
  ];
  return `# What is supported, and what of it is held by tests

Made by \`npm run support\` from the list of architectures and from the fixtures that tests compare with; a test fails when it is out of date.

A number under a head says how many tiny checkpoints with this head are held against the reference: logits, residual stream and every attention
pattern within 1e-4, padded on either side. **–** is a head that opens and that no golden holds, an empty cell one that the family does not have here.
The other columns tell whether goldens hold gradients, greedy generation, weights in half precision (bf16, f16), whole models in a browser
(in WebAssembly, or there and in WebGPU) and low-rank adapters; what is empty there works by the same code, but no golden of this family says so. The identities
of [\`pellucid verify\`](verify.md) are tested for every row, and in browsers every operator that these models are made of.
[Add an architecture](add-an-architecture.md) tells how a row comes to be.

| model_type | ${names.join(' | ')} |
|---|${names.map(() => '---|').join('')}
${architectures.map(row).join('\n')}

${architectures.length} model types, ${held.length} tiny checkpoints.
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(page, supportPage());
  process.stdout.write(`wrote ${join(dirname(page), 'support.md')}\n`);
}
