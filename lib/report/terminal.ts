/** What a terminal can show: colours, Unicode, width. Asked once, at the edge; the formatters are pure. */
import { createColors } from 'picocolors';
import type { TerminalStyle } from '../base/terminal-text.ts';

export { safeText, type TerminalStyle, wrap } from '../base/terminal-text.ts';

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
    isTerminal: terminal,
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

/** Cut to the room there is, with dots where something is missing. */
export function clipped(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, Math.max(0, room - 3))}...`;
}
