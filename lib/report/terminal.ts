/** What a terminal can show: colours, Unicode, width. Asked once, at the edge; the formatters are pure. */
import { createColors } from 'picocolors';

export interface TerminalStyle {
  readonly colour: boolean;
  readonly unicode: boolean;
  /** Characters in a line. */
  readonly columns: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export const PLAIN_STYLE: TerminalStyle = { colour: false, unicode: false, columns: 80 };

/**
 * Colours only on a terminal and never where NO_COLOR is set (no-color.org: to anything but an empty string); Unicode
 * only where the locale says UTF-8.
 */
export function terminalStyle(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  environment: Environment,
): TerminalStyle {
  const terminal = stream.isTTY === true && environment.TERM !== 'dumb';
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || '';
  return {
    colour: terminal && (environment.NO_COLOR ?? '') === '',
    unicode: /utf-?8/i.test(locale),
    columns: terminal ? Math.max(40, Math.min(stream.columns ?? 80, 100)) : 80,
  };
}

export interface Palette {
  readonly colours: ReturnType<typeof createColors>;
  readonly symbols: { readonly pass: string; readonly fail: string; readonly unknown: string; readonly rule: string };
}

const UNICODE_SYMBOLS: Palette['symbols'] = { pass: '✔', fail: '✘', unknown: '?', rule: '─' };
const ASCII_SYMBOLS: Palette['symbols'] = { pass: '+', fail: 'x', unknown: '?', rule: '-' };

export function paletteOf(style: TerminalStyle): Palette {
  return { colours: createColors(style.colour), symbols: style.unicode ? UNICODE_SYMBOLS : ASCII_SYMBOLS };
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

/** Cut to the room there is, with dots where something is missing. */
export function clipped(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, Math.max(0, room - 3))}...`;
}
