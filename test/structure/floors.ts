import { importsOf, type RepositoryFile } from './repository.js';

/** Folders of src that a folder may import from, besides itself and what every folder may use. */
const standsOn: Readonly<Record<string, readonly string[]>> = {
  tensor: [],
  'attention-maps': ['tensor'],
  checkpoint: ['tensor'],
  features: ['tensor'],
  explanations: ['tensor', 'features'],
  graph: ['tensor'],
  runtime: ['tensor'],
  figures: ['explanations', 'features', 'tensor'],
  model: ['tensor', 'checkpoint', 'explanations', 'graph', 'runtime'],
  targets: ['tensor', 'graph'],
  question: ['tensor', 'features', 'explanations', 'model', 'targets'],
  methods: ['tensor', 'attention-maps', 'features', 'explanations', 'model', 'targets', 'question'],
  metrics: ['tensor', 'features', 'explanations', 'model', 'targets', 'question'],
  'residual-stream': ['tensor', 'checkpoint', 'explanations', 'model', 'targets'],
  truth: [],
  verification: ['tensor', 'model', 'targets'],
  corpus: [
    ...['tensor', 'checkpoint', 'explanations', 'graph', 'runtime', 'figures'],
    ...['features', 'model', 'targets', 'question', 'methods', 'metrics'],
  ],
  api: [
    ...['tensor', 'attention-maps', 'features', 'explanations', 'model', 'targets'],
    ...['question', 'methods', 'metrics', 'corpus'],
    'residual-stream',
    'compare.ts',
    'cost.ts',
    'generated-text.ts',
    'head-scores.ts',
    'overview.ts',
    'query-key.ts',
  ],
  client: ['api'],
  server: ['api'],
};

/** Folders from which a folder may take types but no values. */
const standsOnTypes: Readonly<Record<string, readonly string[]>> = {
  targets: ['model'],
};

/** Files that every folder may use. */
const everyFloor = ['errors.ts', 'pauses.ts', 'random.ts'];

/** The package's entry: files beside the folders, which stand on all of them but the command line. */
const entries = [
  'ablation.ts',
  'compare.ts',
  'context-reliance.ts',
  'cost.ts',
  'explain-generation.ts',
  'explain.ts',
  'generated-text.ts',
  'grade.ts',
  'head-scores.ts',
  'index.ts',
  'load-model.ts',
  'load-tuned-lens.ts',
  'overview.ts',
  'query-key.ts',
  'recompute-reading.ts',
  'recompute.ts',
  'sanity-checks.ts',
  'web.ts',
  'worker.ts',
];

/** Where the outside world begins: the only places that may import `node:` modules. */
const nodePlaces = [
  /^src\/checkpoint\/sources\//,
  /^src\/runtime\/node[^/]*\.ts$/,
  /^src\/figures\/output\//, // PNG, fonts and saving; loaded when asked for
  /^src\/corpus\/storage\//,
  /^src\/server\/listener\.ts$/,
  /^src\/cli\//,
];

/** The floor of a source file: its folder under src, or the file itself for those beside the folders. */
function floorOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function mayImport(path: string, target: string, typesOnly: boolean): boolean {
  const from = floorOf(path);
  const to = floorOf(target);
  if (from === to || everyFloor.includes(to) || from === 'cli') return true;
  if (entries.includes(from)) return to !== 'cli';
  if (standsOn[from]?.includes(to)) return true;
  return typesOnly && (standsOnTypes[from]?.includes(to) ?? false);
}

/** What is wrong with who imports whom, one sentence each. */
export function findFloorViolations(files: readonly RepositoryFile[]): string[] {
  return files.flatMap((file) =>
    importsOf(file).flatMap(({ specifier, target, typesOnly }) => {
      const problem = (reason: string): string[] => [`${file.path} imports ${specifier}: ${reason}`];
      if (target !== undefined) {
        if (!target.startsWith('src/')) return problem('it is outside src');
        return mayImport(file.path, target, typesOnly) ? [] : problem('it does not stand on that folder');
      }
      if (/^onnxruntime-/.test(specifier) && !file.path.startsWith('src/runtime/')) {
        return problem('only src/runtime knows the runtime');
      }
      if (specifier.startsWith('node:') && !nodePlaces.some((place) => place.test(file.path))) {
        return problem('node: modules stand only where the outside world begins');
      }
      if (/^react/.test(specifier)) return problem('React belongs to the studio');
      return [];
    }),
  );
}

/** Folders that have no place in the table above. */
export function findUnknownFloors(files: readonly RepositoryFile[]): string[] {
  const known = new Set([...Object.keys(standsOn), 'cli', ...everyFloor, ...entries]);
  return [...new Set(files.map((file) => floorOf(file.path)))].filter((floor) => !known.has(floor));
}
