/** Text for a terminal: harmless, and in lines that fit. What the terminal can show is asked in lib/report/terminal.ts. */

export interface TerminalStyle {
  readonly colour: boolean;
  readonly unicode: boolean;
  /** Characters in a line. */
  readonly columns: number;
  /** Whether somebody looks at it. Absent or false (a pipe, a file, CI): what is said is all there will be, so nothing is cut. */
  readonly isTerminal?: boolean;
}

// Anything that moves a cursor, changes a title or reorders text: a server's error message is not ours to trust.
const UNSAFE = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Text from elsewhere, made harmless for a terminal; in ASCII mode what is not ASCII becomes `?`. */
export function safeText(text: string, style: TerminalStyle): string {
  const oneLine = text.replace(/[\t\n\r]+/g, ' ').replace(UNSAFE, '');
  return style.unicode ? oneLine : oneLine.replace(/[^\x20-\x7e]/gu, '?');
}

/** Breaks at spaces; a word longer than the line stays whole (a path must stay copyable). */
export function wrap(text: string, columns: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').filter((part) => part !== '')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > columns) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  if (line !== '') lines.push(indent + line);
  return lines;
}
