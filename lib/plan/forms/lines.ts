/** Text for a terminal of 80 columns: nothing from a document may move the cursor or reorder what is read. */

const UNSAFE = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

export function safeLine(text: string, { unicode }: { readonly unicode: boolean }): string {
  const oneLine = text.replace(/\s+/g, ' ').replace(UNSAFE, '');
  return unicode ? oneLine : oneLine.replace(/[^\x20-\x7e]/gu, '?');
}

/** Breaks at spaces; a word longer than the line stays whole, because a name must stay copyable. */
export function wrapped(text: string, columns: number, indent: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${indent}${word}`);
  }
  return lines;
}
