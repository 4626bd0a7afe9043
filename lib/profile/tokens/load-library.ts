/** The clouds' libraries are optional peers, loaded where a token is needed. */
import { ProblemError } from '../../base/problem.ts';

export interface LibraryNeed {
  /** Beginning of the sentence: `A token of AWS IAM`. */
  readonly what: string;
  /** All that has to be installed, as `npm install` takes it. */
  readonly packages: readonly string[];
  readonly code: string;
}

/** @throws ProblemError with the code and what to install; any other error of the library as it is */
export async function loadLibrary<Library>(load: () => Promise<Library>, need: LibraryNeed): Promise<Library> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const message = `${need.what} needs libraries that are not installed: npm install ${need.packages.join(' ')}, next to redoubt.`;
    throw new ProblemError({ code: need.code, message }, { cause: error });
  }
}
