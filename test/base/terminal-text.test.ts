import { expect, test } from 'vitest';
import { safeText, wrap } from '../../lib/base/terminal-text.ts';

const ASCII = { colour: false, unicode: false, columns: 80 };

test('what is not ASCII becomes a question mark where only ASCII can be shown', () => {
  expect(safeText('Größe 😀', ASCII)).toBe('Gr??e ?');
});

test('lines break at spaces and a long word stays whole', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('see /a/very/long/path now', 10, '  ')).toEqual(['  see', '  /a/very/long/path', '  now']);
});

test('what moves a cursor, breaks a line or reorders text is taken out', () => {
  expect(safeText('a\u001b[2Jb\r\nc\u202ed', { ...ASCII, unicode: true })).toBe('a[2Jb cd');
});
