/** What the end of a run says about the deployment. */
import { RunError } from '@pulumi/pulumi';
import type { EndedRun } from './container-run.ts';
import { failingSentences } from './failing-sentences.ts';

/** A preview deploys nothing, so it verifies nothing, and must not read an earlier run as its own. */
export type DeploymentVerdict = 'pass' | 'not-verified-in-a-preview';

/** @throws RunError, which Pulumi shows as it is: a stack trace would bury the sentences */
export function verdictOfRun({ exitCode, log }: EndedRun): 'pass' {
  if (exitCode === 0) return 'pass';
  const sentences = failingSentences(log).map((sentence) => `  ${sentence}`);
  throw new RunError(
    `The deployment is there, and it is not what was asked for (redoubt verify, exit code ${exitCode}):\n${sentences.join('\n')}\n`,
  );
}
