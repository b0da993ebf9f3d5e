import { extname } from 'node:path';
import type { Command } from 'commander';
import type {
  Attention,
  Attribution,
  ContextReliance,
  Explanation,
  GenerationAttribution,
} from '../../explanations/index.js';
import { parseIndex } from '../input-options.js';

interface ShowOptions {
  readonly output?: readonly string[];
  readonly top: number;
  readonly quiet?: boolean;
}

const examples = `
Examples:
  pellucid show why.json
  pellucid show why.json --output why.html --output why.png
  pellucid show attention.json`;

/** `pellucid show`: a stored explanation, drawn again. */
export function addShowCommand(program: Command, signal: AbortSignal): void {
  program
    .command('show')
    .summary('draw a stored explanation again')
    .description(
      'Draw an explanation from its JSON file, in the terminal or as pictures. No model is needed.',
    )
    .argument('<file>', 'a JSON file that pellucid wrote')
    .option(
      '-o, --output <file>',
      'write to a file that ends in .html, .svg, .png, .txt or .json; may be repeated',
      (path: string, paths: readonly string[] = []) => [...paths, path],
    )
    .option('--top <count>', 'how many of the strongest features are listed', parseIndex, 8)
    .option('-q, --quiet', 'print no notes')
    .addHelpText('after', examples)
    .action((file: string, options: ShowOptions) => show(file, options, signal));
}

async function show(file: string, options: ShowOptions, signal: AbortSignal): Promise<void> {
  const { output: paths = [], top } = options;
  const { readStored } = await import('../formats/stored-explanation.js');
  const stored = await readStored(file);
  const attributions = stored.filter((each): each is Attribution => each.kind === 'attribution');
  if (attributions.length === stored.length) {
    const { explanationExtensions, saveExplanation, writersFor } = await import(
      '../formats/explanation-files.js'
    );
    const { checkOutputs } = await import('../output-path.js');
    await checkOutputs(paths, explanationExtensions);
    const { agreementsOf } = await import('../../compare.js');
    const found = { attributions, agreement: agreementsOf(attributions) };
    if (paths.length > 0) await saveExplanation(paths, writersFor(top), found, signal);
    else process.stdout.write((await writersFor(top)['.txt']!(found, true)) as string);
  } else if (stored[0]!.kind === 'generation-attribution' || stored[0]!.kind === 'context-reliance') {
    await showGeneration(stored[0] as GenerationAttribution | ContextReliance, paths, top, signal);
  } else {
    const { drawerOf } = await import('../formats/drawers.js');
    const drawer = drawerOf(stored[0]!);
    if (!drawer) await showAttention(stored[0]!, paths, signal);
    else {
      const { checkDrawn, showDrawn } = await import('../drawn-options.js');
      await checkDrawn(options);
      return showDrawn(stored[0]!, drawer, options, signal);
    }
  }
  if (paths.length > 0 && !options.quiet) process.stderr.write(`written: ${paths.join(', ')}\n`);
}

async function showGeneration(
  found: GenerationAttribution | ContextReliance,
  paths: readonly string[],
  top: number,
  signal: AbortSignal,
): Promise<void> {
  const { explanationExtensions, saveExplanation } = await import('../formats/explanation-files.js');
  const { generationWriters } = await import('../formats/generation-files.js');
  const { checkOutputs } = await import('../output-path.js');
  await checkOutputs(paths, explanationExtensions);
  const writers = generationWriters(top);
  if (paths.length > 0) await saveExplanation(paths, writers, found, signal);
  else process.stdout.write((await writers['.txt']!(found, true)) as string);
}

async function showAttention(
  explanation: Explanation,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { PellucidError } = await import('../../errors.js');
  if (explanation.kind !== 'attention') {
    throw new PellucidError(
      'bad-input',
      `An explanation of the kind "${explanation.kind}" cannot be drawn yet.`,
    );
  }
  const attention = explanation as Attention;
  const { attentionExtensions, saveAttention } = await import('../formats/attention-files.js');
  const { checkOutputs } = await import('../output-path.js');
  await checkOutputs(paths, attentionExtensions);
  if (paths.length > 0) {
    const pages = paths.filter((path) => extname(path).toLowerCase() === '.html');
    if (pages.length > 0 && attention.options.layer === null)
      throw new PellucidError('bad-input', 'A page of all heads is written by pellucid attention.');
    await saveAttention(
      paths,
      { attention, everyHead: () => attention, drawing: { annotate: true } },
      signal,
    );
    return;
  }
  const { terminalHeatmap } = await import('../../figures/index.js');
  const { screenOf } = await import('../terminal/screen.js');
  process.stdout.write(`${terminalHeatmap(attention, screenOf(process.stdout))}\n`);
}
