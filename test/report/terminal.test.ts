import { describe, expect, test } from 'vitest';
import { terminalStyle } from '../../lib/report/terminal.ts';

const TERMINAL = { isTTY: true, columns: 120 };
const UTF8 = { LANG: 'en_GB.UTF-8', TERM: 'xterm' };

describe('a terminal’s style', () => {
  test('has colours only on a terminal, never with NO_COLOR and never on a dumb one', () => {
    expect(terminalStyle(TERMINAL, UTF8).colour).toBe(true);
    expect(terminalStyle({}, UTF8).colour).toBe(false);
    expect(terminalStyle(TERMINAL, { ...UTF8, NO_COLOR: '1' }).colour).toBe(false);
    expect(terminalStyle(TERMINAL, { ...UTF8, NO_COLOR: '' }).colour).toBe(true);
    expect(terminalStyle(TERMINAL, { ...UTF8, TERM: 'dumb' }).colour).toBe(false);
  });

  test('has Unicode only where the locale says so, LC_ALL first', () => {
    expect(terminalStyle(TERMINAL, UTF8).unicode).toBe(true);
    expect(terminalStyle(TERMINAL, { ...UTF8, LC_ALL: 'C' }).unicode).toBe(false);
    expect(terminalStyle(TERMINAL, {}).unicode).toBe(false);
  });

  test('says whether somebody looks on', () => {
    expect(terminalStyle(TERMINAL, UTF8).isTerminal).toBe(true);
    expect(terminalStyle(TERMINAL, { ...UTF8, TERM: 'dumb' }).isTerminal).toBe(false);
    expect(terminalStyle({}, UTF8).isTerminal).toBe(false);
  });

  test('is at most 100 columns wide and 80 in a pipe', () => {
    expect(terminalStyle(TERMINAL, UTF8).columns).toBe(100);
    expect(terminalStyle({ isTTY: true, columns: 10 }, UTF8).columns).toBe(40);
    expect(terminalStyle({ columns: 200 }, UTF8).columns).toBe(80);
  });
});
