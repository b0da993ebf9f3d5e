import { Command } from 'commander';
import { addAttentionCommand } from './commands/attention.js';
import { addBenchCommand } from './commands/bench.js';
import { addCaptureCommand } from './commands/capture.js';
import { addCheckCommand } from './commands/check.js';
import { addContributionsCommand } from './commands/contributions.js';
import { addExplainCommand } from './commands/explain.js';
import { addGenerateCommand } from './commands/generate.js';
import { addHeadsCommand } from './commands/heads.js';
import { addLensCommand } from './commands/lens.js';
import { addLookCommand } from './commands/look.js';
import { addModelsCommand } from './commands/models.js';
import { addShowCommand } from './commands/show.js';
import { addStudioCommand } from './commands/studio.js';
import { addVerifyCommand } from './commands/verify.js';
import { refuseSurplus, unknownCommand } from './mistyped.js';
import { version } from './version.js';

/**
 * The command line. Errors are thrown, not printed; commands load what they need when they run, so that `--help` is
 * quick.
 */
export function createProgram(signal: AbortSignal): Command {
  const program = new Command('pellucid')
    .description('See inside transformer language models.')
    .version(version(), '-V, --version')
    .helpCommand(false)
    .enablePositionalOptions()
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  addLookCommand(program, signal);
  addAttentionCommand(program, signal);
  addBenchCommand(program, signal);
  addCaptureCommand(program, signal);
  addCheckCommand(program, signal);
  addContributionsCommand(program, signal);
  addExplainCommand(program, signal);
  addGenerateCommand(program, signal);
  addHeadsCommand(program, signal);
  addLensCommand(program, signal);
  addVerifyCommand(program, signal);
  addModelsCommand(program);
  addShowCommand(program, signal);
  addStudioCommand(program, signal);
  for (const command of program.commands) command.hook('preAction', refuseSurplus);
  addHelpCommand(program);
  return program;
}

/** `pellucid help`; commander's own shows the whole program's help for a command that does not exist. */
function addHelpCommand(program: Command): void {
  program
    .command('help [command]')
    .description('display help for command')
    .action((name?: string) => {
      const command = name === undefined ? program : program.commands.find((one) => one.name() === name);
      if (!command) throw unknownCommand(program, name!);
      command.help();
    });
}
