/** Reads the small files this project takes from a user, bounded, and says in a sentence why one cannot be read. */
import { constants, open } from 'node:fs/promises';
import { ProblemError } from '../../base/problem.ts';

/** A profile or a deployment has about 1 kB; a file above this is something else. */
export const INPUT_FILE_MAX_BYTES = 65_536;

export interface InputFile {
  readonly path: string;
  /** What the file should be, as the start of a sentence: `The profile`. */
  readonly what: string;
  /** Start of the problem codes: `PROFILE_FILE` gives `PROFILE_FILE_MISSING` and so on. */
  readonly code: string;
  /** A sentence: what to do when the file is not there or not whole. */
  readonly advice: string;
  /** Default: `INPUT_FILE_MAX_BYTES`. */
  readonly maxBytes?: number;
}

/** @throws ProblemError `…_MISSING`, `…_UNREADABLE`, `…_TOO_LARGE` */
export async function readInputFile({
  path,
  what,
  code,
  advice,
  maxBytes = INPUT_FILE_MAX_BYTES,
}: InputFile): Promise<string> {
  const bytes = await readBounded(path, maxBytes).catch((error: unknown) => {
    if (errorCodeOf(error) === 'ENOENT') {
      throw new ProblemError(
        { code: `${code}_MISSING`, message: `${what} ${path} does not exist. ${advice}` },
        { cause: error },
      );
    }
    const message = `${what} ${path} cannot be read (${reasonOf(error)}). It must be a file that you may read.`;
    throw new ProblemError({ code: `${code}_UNREADABLE`, message }, { cause: error });
  });
  if (bytes.length <= maxBytes) return bytes.toString('utf8');
  const message = `${what} ${path} is larger than ${maxBytes} bytes, so it is something else. Check the path.`;
  throw new ProblemError({ code: `${code}_TOO_LARGE`, message });
}

/** @throws ProblemError `…_NOT_JSON`, and as `readInputFile` */
export async function readJsonFile(file: InputFile): Promise<unknown> {
  const text = await readInputFile(file);
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    // The parser's own error quotes the text, so it is not passed on, not even as a cause: a wrong file may hold a secret.
    const what = text.trim() === '' ? 'is empty' : `is not whole, valid JSON${placeIn(error)}`;
    throw new ProblemError({
      code: `${file.code}_NOT_JSON`,
      message: `${file.what} ${file.path} ${what}. ${file.advice}`,
    });
  }
}

/** ` (line 3, column 7)`, where the parser says it. */
function placeIn(error: unknown): string {
  const [, line, column] = /\(line (\d+) column (\d+)\)$/.exec((error as Error).message) ?? [];
  return line === undefined ? '' : ` (line ${line}, column ${column})`;
}

/** `ENOENT` of a system error, `ERR_…` of one of Node's own; undefined for others. */
export function errorCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** The code, or else the message of an error, for the brackets in a sentence. */
export function reasonOf(error: unknown): string {
  return errorCodeOf(error) ?? (error instanceof Error ? error.message : 'unknown reason');
}

/** Bounded by what is read, not by the size announced: a device or a pipe announces none. */
async function readBounded(path: string, maxBytes: number): Promise<Buffer> {
  // Not blocking: opening a named pipe would otherwise wait for somebody to write to it.
  await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const buffer = Buffer.alloc(maxBytes + 1);
  const { bytesRead } = await file.read(buffer);
  return buffer.subarray(0, bytesRead);
}
