import { ProblemError } from '../../base/problem.ts';
import type { LabContext } from '../context.ts';
import { stoppingState } from '../state.ts';
import { tearDown } from '../teardown.ts';

/** Ends the lab. A second call, or one on a lab that is gone, does nothing. */
export async function stop(context: LabContext, keepRunDirectory: boolean): Promise<void> {
  context.administrator.close();
  try {
    await tearDown(context.runDirectory, await stoppingState(context.runDirectory), keepRunDirectory);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function isGone(error: unknown): boolean {
  if (error instanceof ProblemError) return error.problems.some(({ code }) => code === 'LAB_NOT_FOUND');
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
