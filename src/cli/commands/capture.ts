import type { Command } from 'commander';
import type { GradientRequest } from '../../model/index.js';
import { addInputOptions, type InputOptions, readInput } from '../input-options.js';

interface CaptureOptions extends InputOptions {
  readonly hooks?: string;
  readonly output?: string;
  readonly list?: boolean;
  readonly intervene?: string;
  readonly grad?: string;
  readonly gradAt?: string;
}

const examples = `
Hook points have TransformerLens's names; * stands for any run of characters.

Examples:
  pellucid capture --list --model pellucid-bert
  pellucid capture "Hello, world!" --hooks "blocks.*.attn.hook_pattern,logits" --output acts.safetensors
  pellucid capture "Hello, world!" --hooks "blocks.*.hook_resid_*" --output stream.safetensors
  pellucid capture "Hello, world!" --hooks logits --output without-head.safetensors \\
    --intervene '{"hook": "blocks.1.attn.hook_z", "heads": [0], "edit": "zero"}'
  pellucid capture "Hello, world!" --hooks "blocks.*.hook_resid_pre" --grad "logit: the" --output slopes.safetensors
  pellucid capture "Good morning" --target-text "Guten" --model ./my-translator --hooks "*.hook_pattern" --output acts.safetensors`;

/** `pellucid capture`: internal values of one run, as a safetensors file. */
export function addCaptureCommand(program: Command, signal: AbortSignal): void {
  const command = program.command('capture').summary('save internal values as safetensors');
  command.description(
    'Save the values at hook points: one tensor for each under its full name, the token ids as token_ids, and the token strings and offsets in the metadata.',
  );
  addInputOptions(command)
    .option('--hooks <names>', 'hook points, separated by commas')
    .option('-o, --output <file>', 'the file, which ends in .safetensors')
    .option(
      '--intervene <json>',
      'change values inside the model first: a list of interventions, or @file that holds it',
    )
    .option(
      '--grad <target>',
      'save the derivative of a target with respect to each hook point too: "logit: Paris", "contrast:he,she", "class:positive"',
    )
    .option(
      '--grad-at <position>',
      'where the target is read: last, mask, or a position; by default where the model answers',
    )
    .option('--list', 'list the hook points of the model instead')
    .addHelpText('after', examples)
    .action((text: string | undefined, options: CaptureOptions) =>
      options.list ? list(text, options, signal) : capture(text, options, signal),
    );
}

async function list(text: string | undefined, options: InputOptions, signal: AbortSignal): Promise<void> {
  const { openModel } = await import('../open-model.js');
  const model = await openModel(text, options, signal);
  process.stdout.write(`${model.hooks.join('\n')}\n`);
  await model.close();
}

async function capture(
  text: string | undefined,
  options: CaptureOptions,
  signal: AbortSignal,
): Promise<void> {
  const { usageError } = await import('../failure.js');
  const input = readInput(text, options);
  const { hooks, output } = options;
  if (hooks === undefined) throw usageError('--hooks is missing; --list shows the hook points of the model');
  if (output === undefined) throw usageError('--output is missing; give a file that ends in .safetensors');
  const { checkOutputs } = await import('../output-path.js');
  await checkOutputs([output], ['.safetensors']);
  const names = hooks
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw usageError('--hooks names no hook point');

  const { readInterventions } = await import('../intervention-option.js');
  const intervene = await readInterventions(options.intervene);
  const gradient = await readGradient(options, names);
  const { openModel } = await import('../open-model.js');
  const model = await openModel(text, options, signal);
  const run = await model.run(input, {
    capture: names,
    interventions: intervene?.interventions ?? [],
    ...(gradient ? { gradient } : {}),
    answers: 'none',
    truncate: options.truncate ?? false,
    signal,
  });
  const { activationsFile } = await import('../formats/activations.js');
  const { writeFile } = await import('../../figures/output/write-file.js');
  await writeFile(output, activationsFile(run, model, intervene?.json));
  await model.close();
  if (!options.quiet) {
    const size = `${counted(run.hooks.length, 'hook point')}, ${counted(run.tokens.length, 'token')}`;
    process.stderr.write(`written: ${output} (${size})\n`);
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** The target of `--grad`, read at `--grad-at`, with respect to the hook points. */
async function readGradient(
  { grad, gradAt }: CaptureOptions,
  of: readonly string[],
): Promise<GradientRequest | undefined> {
  const { usageError } = await import('../failure.js');
  if (grad === undefined) {
    if (gradAt === undefined) return undefined;
    throw usageError('--grad-at is the place of a target; give the target with --grad');
  }
  const { parseTarget } = await import('../../targets/parse-target.js');
  if (gradAt === undefined) return { target: parseTarget(grad), of };
  if (gradAt !== 'last' && gradAt !== 'mask' && !/^-?\d+$/.test(gradAt))
    throw usageError(`--grad-at must be last, mask or a position, not "${gradAt}"`);
  const position = gradAt === 'last' || gradAt === 'mask' ? gradAt : Number(gradAt);
  return { target: parseTarget(grad, { position }), of };
}
