/** What an unset variable of a shell leaves: `--profile "$PROFILE"` would name the current directory, or every group there is. */
import type { Command } from 'commander';
import type { Problem } from '../lib/base/problem.ts';
import { UsageError } from './failure.ts';

/** Of every command, before it begins. @throws UsageError `VALUE_EMPTY`, every one at once */
export function refuseEmptyValues(command: Command): void {
  const options = command.options
    .filter((option) => isEmpty(command.getOptionValue(option.attributeName())))
    .map(({ long, short }) => `The value of ${long ?? short}`);
  const args = command.processedArgs.flatMap((value, index) =>
    isEmpty(value) ? [`The argument <${command.registeredArguments[index]?.name()}>`] : [],
  );
  const problems = [...args, ...options].map(
    (what): Problem => ({
      code: 'VALUE_EMPTY',
      message: `${what} is empty, as an unset variable leaves it. Give a value, or leave it out.`,
    }),
  );
  if (problems.length > 0) throw new UsageError(problems);
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.some(isEmpty) : typeof value === 'string' && value.trim() === '';
}
