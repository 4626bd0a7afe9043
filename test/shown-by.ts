/** A test named in a document: `file › the beginning of its title`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from './tidy/repository.ts';

/** Is there such a test? The quote before the title is looked for too, so that a part of another title does not count. */
export async function isShown(place: string): Promise<boolean> {
  const [path = '', title = ''] = place.split(' › ');
  if (title === '') return false;
  const text = (await readFile(join(REPOSITORY_ROOT, path), 'utf8')).replaceAll("\\'", "'");
  return [`'${title}`, `"${title}`, `\`${title}`].some((start) => text.includes(start));
}
