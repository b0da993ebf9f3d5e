import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addAttentionCommand } from './commands/attention.js';
import { addCaptureCommand } from './commands/capture.js';
import { addGenerateCommand } from './commands/generate.js';
import { addLookCommand } from './commands/look.js';
import { addModelsCommand } from './commands/models.js';
import { refuseSurplus } from './mistyped.js';

function version(): string {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/**
 * The command line. Errors are thrown, not printed; commands load what they need when they run, so that `--help` is
 * quick.
 */
export function createProgram(signal: AbortSignal): Command {
  const program = new Command('pellucid')
    .description('See inside transformer language models.')
    .version(version(), '-V, --version')
    .helpCommand(true)
    .enablePositionalOptions()
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  addLookCommand(program, signal);
  addAttentionCommand(program, signal);
  addCaptureCommand(program, signal);
  addGenerateCommand(program, signal);
  addModelsCommand(program);
  for (const command of program.commands) command.hook('preAction', refuseSurplus);
  return program;
}
