/** What the parts of the terminal's report share: the style, and how a verdict looks. */
import type { Verdict } from '../base/verdict.ts';
import { type Palette, paletteOf, type TerminalStyle } from './terminal.ts';
import { VERDICT_WORD } from './words.ts';

export interface Page {
  readonly style: TerminalStyle;
  readonly palette: Palette;
}

export function pageOf(style: TerminalStyle): Page {
  return { style, palette: paletteOf(style) };
}

export function mark(verdict: Verdict, page: Page): string {
  const { colours, symbols } = page.palette;
  return paintOf(verdict, colours)(symbols[verdict]);
}

export function verdictWord(verdict: Verdict, page: Page): string {
  const { colours } = page.palette;
  return colours.bold(paintOf(verdict, colours)(VERDICT_WORD[verdict]));
}

function paintOf(verdict: Verdict, colours: Palette['colours']): (text: string) => string {
  return { pass: colours.green, fail: colours.red, unknown: colours.yellow }[verdict];
}
