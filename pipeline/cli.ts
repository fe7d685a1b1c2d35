import { Command, CommanderError } from 'commander';
import { registerCommands } from './commands/command-modules.ts';
import { packageVersion } from './commands/version.ts';
import { nearest, VatRiskError } from './shared/errors.ts';

const program = new Command('vatrisk')
  .description('增值税风险扫描：每晚为每户纳税人、每笔留抵退税申请评定风险等级。\nNightly VAT risk scoring of every taxpayer and every refund claim.')
  .version(packageVersion())
  .option('--no-color', 'no colours / 不用颜色')
  .showSuggestionAfterError(true)
  .exitOverride();

await registerCommands(program, process.argv.slice(2));
for (const command of allCommands(program)) command.exitOverride().showSuggestionAfterError(true);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  const code = report(error);
  process.exitCode ??= code; // a signal has its own code, which stands
}

function allCommands(parent: Command): Command[] {
  return parent.commands.flatMap((child) => [child, ...allCommands(child)]);
}

/** A mistyped flag is often why a required one is missing, and the parser names only the second. */
function nameUnknownFlags(): void {
  let command = program;
  for (const word of process.argv.slice(2)) command = command.commands.find((child) => child.name() === word) ?? command;
  const known = [program, command].flatMap(({ options }) => options.flatMap(({ long }) => (long === undefined ? [] : [long])));
  for (const flag of process.argv.filter((word) => word.startsWith('--')).map((word) => word.split('=', 1)[0] ?? '')) {
    if (flag === '--' || flag === '--help' || known.includes(flag)) continue;
    const hint = nearest(flag, known);
    process.stderr.write(`error: unknown option '${flag}'${hint === undefined ? '' : `\n(Did you mean ${hint}?)`}\n`);
  }
}

/** Tells the person what happened, and the scheduler by the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.code === 'commander.missingMandatoryOptionValue') nameUnknownFlags();
    return error.exitCode === 0 ? 0 : 2;
  }
  if (error instanceof VatRiskError) {
    const details = error.details.map((line) => `\n  - ${line}`).join('');
    process.stderr.write(`[${error.code}] ${error.message}${details}\n`);
    return error.exitCode;
  }
  process.stderr.write(`[UNEXPECTED] ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}
