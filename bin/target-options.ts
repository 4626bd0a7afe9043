/** Which deployment a command talks to: a profile, the environment, or a lab that runs here. */
import { statSync } from 'node:fs';
import { InvalidArgumentError, Option } from 'commander';
import { whyNotWritten } from '../lib/report/write.ts';
import { errorCodeOf } from '../lib/topology/input/read-file.ts';

export interface TargetValues {
  readonly profile?: string | undefined;
  readonly lab?: string | undefined;
  readonly fromEnvironment?: boolean | undefined;
}

export function labOption(): Option {
  return new Option('--lab <name>', 'a lab that runs here: its deployment or its run directory');
}

export function targetOptions(): Option[] {
  return [
    new Option('--profile <path>', 'connection profile of the deployment').conflicts(['lab', 'fromEnvironment']),
    labOption().conflicts(['profile', 'fromEnvironment']),
    new Option('--from-environment', 'read the profile from REDIS_ADDRESS, REDIS_CLUSTER_MODE, ...').conflicts([
      'profile',
      'lab',
    ]),
  ];
}

export function baseDirectoryOption(): Option {
  return new Option(
    '--base-directory <path>',
    'where run directories of labs are made (default: a private one under the temporary directory)',
  ).argParser(directoryOrNothing);
}

/** What is not there yet is made by a lab; in a file there can be none, and it would be told as no lab at all. */
function directoryOrNothing(path: string): string {
  const reason = whyNoDirectory(path);
  if (reason === undefined) return path;
  throw new InvalidArgumentError(
    `${reason}. Labs are kept in a directory: give the path of one, or of one to be made.`,
  );
}

function whyNoDirectory(path: string): string | undefined {
  try {
    return statSync(path).isDirectory() ? undefined : 'It is not a directory';
  } catch (error) {
    return errorCodeOf(error) === 'ENOENT' ? undefined : `It cannot be one: ${whyNotWritten(error)}`;
  }
}
