/** A catalogue: a folder of equal units, listed by hand in its `index.ts`. */
export interface Catalogue {
  /** Folder of the units, e.g. `src/figures`. */
  readonly folder: string;
  /** Name of the list that `index.ts` exports. */
  readonly list: string;
  /** Files beside the units that are not units. */
  readonly otherFiles: readonly string[];
  /** The file of a unit's test. */
  readonly test: (unit: string) => string;
  /** The unit's page. */
  readonly page: (unit: string) => string;
  /** What the path of the unit's golden or snapshot looks like. */
  readonly golden: (unit: string) => RegExp;
}

export const catalogues: readonly Catalogue[] = [
  {
    folder: 'src/figures',
    list: 'figures',
    otherFiles: ['figure.ts'],
    test: (unit) => `test/figures/${unit}.test.ts`,
    page: (unit) => `docs/figures/${unit}.md`,
    golden: (unit) => new RegExp(`^test/figures/snapshots/(.*/)?${unit}[^/]*$`),
  },
  {
    folder: 'src/methods',
    list: 'methods',
    otherFiles: ['convergence.ts', 'method.ts', 'noise.ts', 'path-rules.ts', 'slopes.ts', 'token-scores.ts'],
    test: (unit) => `test/methods/${unit}.test.ts`,
    page: (unit) => `docs/methods/${unit}.md`,
    golden: (unit) => new RegExp(`^fixtures/methods/${unit}\\.(json|safetensors)$`),
  },
  {
    folder: 'src/model/architectures',
    list: 'architectures',
    otherFiles: [],
    test: (unit) => `test/model/architectures/${unit}.test.ts`,
    page: (unit) => `docs/architectures/${unit}.md`,
    golden: (unit) => new RegExp(`^fixtures/checkpoints/${unit}[^/]*/golden\\.safetensors$`),
  },
  {
    folder: 'src/metrics',
    list: 'metrics',
    otherFiles: ['metric.ts', 'plausibility.ts', 'rank-correlation.ts', 'ranking.ts', 'verdict.ts'],
    test: (unit) => `test/metrics/${unit}.test.ts`,
    page: (unit) => `docs/metrics/${unit}.md`,
    golden: (unit) => new RegExp(`^fixtures/metrics/${unit}\\.json$`),
  },
  {
    folder: 'src/residual-stream',
    list: 'readings',
    otherFiles: [
      'component-parts.ts',
      'decode.ts',
      'distribution.ts',
      'lens.ts',
      'linear-end.ts',
      'reading.ts',
      'stream-places.ts',
      'train-tuned-lens.ts',
      'unembed-hash.ts',
    ],
    test: (unit) => `test/residual-stream/${unit}.test.ts`,
    page: (unit) => `docs/residual-stream/${unit}.md`,
    golden: (unit) => new RegExp(`^fixtures/residual-stream/${unit}\\.json$`),
  },
  {
    folder: 'src/targets',
    list: 'targets',
    otherFiles: ['answer-scores.ts', 'parse-target.ts'],
    test: (unit) => `test/targets/${unit}.test.ts`,
    page: (unit) => `docs/targets/${unit}.md`,
    golden: (unit) => new RegExp(`^fixtures/targets/${unit}\\.safetensors$`),
  },
  {
    folder: 'src/truth',
    list: 'truths',
    otherFiles: [
      'gate-words.ts',
      'grades.ts',
      'repeated-words.ts',
      'truth.ts',
      'valued-words.ts',
      'word-lists.ts',
    ],
    test: (unit) => `test/truth/${unit}.test.ts`,
    page: (unit) => `docs/truth/${unit}.md`,
    golden: (unit) => new RegExp(`^fixtures/truth/${unit}\\.json$`),
  },
];

/** The units of a catalogue: the files of its folder, without the list itself and the definition. */
export function unitsOf(catalogue: Catalogue, paths: readonly string[]): string[] {
  const inFolder = new RegExp(`^${catalogue.folder}/[^/]+\\.ts$`);
  return paths
    .filter((path) => inFolder.test(path))
    .map((path) => path.slice(catalogue.folder.length + 1))
    .filter((name) => name !== 'index.ts' && !catalogue.otherFiles.includes(name))
    .map((name) => name.replace(/\.ts$/, ''));
}

/**
 * What a catalogue lacks.
 * @param index Text of the folder's `index.ts`.
 * @param paths All paths of the repository.
 */
export function findGaps(catalogue: Catalogue, index: string, paths: readonly string[]): string[] {
  const units = unitsOf(catalogue, paths);
  const list = new RegExp(`export const ${catalogue.list}\\b[^=]*=\\s*\\[([^\\]]*)\\]`).exec(index)?.[1];
  if (list === undefined) return [`${catalogue.folder}/index.ts has no list named ${catalogue.list}`];
  const listed = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const problems: string[] = [];
  if (listed.join() !== [...listed].sort().join())
    problems.push(`${catalogue.folder}/index.ts: the list is not alphabetical`);
  if (listed.length !== units.length) {
    problems.push(
      `${catalogue.folder}/index.ts lists ${listed.length} units, but the folder has ${units.length}`,
    );
  }
  for (const unit of units) {
    const importLine = new RegExp(`import \\{[^}]*\\} from '\\./${unit}\\.js'`).exec(index);
    const names: readonly string[] = importLine?.[0].match(/\w+/g) ?? [];
    if (!listed.some((name) => names.includes(name)))
      problems.push(`${unit} is missing from ${catalogue.folder}/index.ts`);
    if (!paths.includes(catalogue.test(unit))) problems.push(`${unit} has no test ${catalogue.test(unit)}`);
    if (!paths.includes(catalogue.page(unit))) problems.push(`${unit} has no page ${catalogue.page(unit)}`);
    if (!paths.some((path) => catalogue.golden(unit).test(path)))
      problems.push(`${unit} has no golden or snapshot`);
  }
  return problems;
}
