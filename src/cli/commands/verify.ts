import type { Command } from 'commander';
import type { CheckResult, Verification } from '../../verification/index.js';
import { type InputOptions, parseTokenIds } from '../input-options.js';

interface VerifyCommandOptions extends Omit<InputOptions, 'model' | 'pair' | 'truncate'> {
  readonly text?: string;
  readonly reference?: string;
  readonly referenceScript?: boolean;
  readonly json?: boolean;
}

const examples = `
Without a reference, the model is held against itself: what must be equal is computed in two ways. A reference is what
transformers computes for the same tokens; the script writes ref.safetensors into the folder where it is run.

Examples:
  pellucid verify pellucid-gpt2
  pellucid verify ./my-checkpoint --text "A text of my own." --json
  pellucid verify ./my-checkpoint --reference-script > reference.py && python reference.py
  pellucid verify ./my-checkpoint --reference ref.safetensors`;

/** `pellucid verify`: the numerical contract, held on a model of the user's own. */
export function addVerifyCommand(program: Command, signal: AbortSignal): void {
  program
    .command('verify')
    .summary('test that a model is computed as it should be')
    .description(
      'Test the identities of the numerical contract on a model, and its values against the reference implementation; exit with 1 if one does not hold.',
    )
    .argument('<model>', 'bundled model, folder, or model on the Hugging Face Hub')
    .option('--text <text>', 'the text on which it is tested, at most 256 tokens; by default a sentence')
    .option('--token-ids <ids>', 'token ids in place of a text, e.g. 1,2,3', parseTokenIds)
    .option('--reference <file>', 'compare with the values in this file, on its token ids')
    .option('--reference-script', 'print the Python script that makes such a file instead')
    .option('--json', 'print JSON')
    .option('--adapter <folder>', 'put a low-rank adapter (PEFT) on the model')
    .option('--revision <name>', 'branch, tag or commit of a model on the Hub')
    .option('--offline', 'use no network, only what is bundled, cached or in a folder')
    .option('-q, --quiet', 'print no progress, notes or hints')
    .addHelpText('after', examples)
    .action((model: string, options: VerifyCommandOptions) => verify(model, options, signal));
}

async function verify(id: string, options: VerifyCommandOptions, signal: AbortSignal): Promise<void> {
  const { usageError } = await import('../failure.js');
  const { text, tokenIds, reference, json, quiet = false } = options;
  if (text !== undefined && tokenIds !== undefined) throw usageError('give --text or --token-ids, not both');
  const { readTensors } = await import('../../checkpoint/index.js');
  const tensors = reference === undefined ? undefined : await readTensors(reference);
  const { openModel } = await import('../open-model.js');
  const { referenceScript, verify } = await import('../../verification/index.js');
  await using model = await openModel(text, { ...options, model: id }, signal);
  if (options.referenceScript) {
    process.stdout.write(referenceScript(model, { text, tokenIds }));
    return;
  }
  const { stepBar } = await import('../terminal/progress.js');
  const bar = stepBar('checking', quiet);
  const found = await verify(model, {
    ...{ text, tokenIds, reference: tensors, signal },
    onProgress: bar.update,
  }).finally(bar.stop);
  process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : await tableOf(found));
  if (found.verdict === 'failed') process.exitCode = 1;
}

async function tableOf({ model, architecture, tokenIds, checks, verdict }: Verification): Promise<string> {
  const { columnsOf } = await import('../terminal/columns.js');
  const { screenOf } = await import('../terminal/screen.js');
  const { bold, dim } = screenOf(process.stdout);
  const [header, ...rows] = columnsOf([
    ['check', 'measured', 'tolerance', 'verdict', ''],
    ...checks.map((check) => [
      ...[check.name, number(check.measured), number(check.tolerance), check.verdict, check.note],
    ]),
  ]);
  const count = (wanted: CheckResult['verdict']) => checks.filter((each) => each.verdict === wanted).length;
  const skipped = count('skipped') > 0 ? `, ${count('skipped')} skipped` : '';
  const lines = [
    `${bold(model)} ${dim(`${architecture}, ${tokenIds.length} tokens`)}`,
    dim(header!),
    ...rows,
    `${bold(verdict)}: ${count('passed')} passed, ${count('failed')} failed${skipped}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** A difference with two digits; 0 only where it is exactly that. */
function number(value: number | null): string {
  if (value === null) return '';
  return value === 0 || !Number.isFinite(value) ? String(value) : value.toExponential(1);
}
