import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../bin/interruption.ts';
import { inStep, progressDisplay } from '../../lib/report/progress.ts';
import { PLAIN_STYLE } from '../../lib/report/terminal.ts';

function recorder() {
  const written: string[] = [];
  return { stream: { write: (text: string) => written.push(text) }, all: () => written.join('') };
}

describe('in a pipe', () => {
  test('every step and note is a line that begins with the seconds', async () => {
    const { stream, all } = recorder();
    const display = progressDisplay({ stream, style: PLAIN_STYLE, live: false });
    await inStep(display, 'booting', async (step) => step.note('node-1 is ready'));
    display.line('a line');
    display.close();
    const lines = all().trimEnd().split('\n');
    expect(lines.map((line) => line.replace(/\d+\.\d/g, 'N'))).toEqual([
      '[   N s] booting ...',
      '[   N s]   node-1 is ready',
      '[   N s] booting: done (N s)',
      '[   N s] a line',
    ]);
    expect(all()).not.toContain('\u001b');
  });

  test('a step that throws is shown as failed and the error goes on', async () => {
    const { stream, all } = recorder();
    const display = progressDisplay({ stream, style: PLAIN_STYLE, live: false });
    const work = inStep(display, 'booting', async () => {
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(all()).toContain('booting: failed');
  });

  test('a step that somebody ended is shown as interrupted, which is no failure', async () => {
    const { stream, all } = recorder();
    const work = inStep(progressDisplay({ stream, style: PLAIN_STYLE, live: false }), 'booting', async () => {
      throw new Interrupted('SIGINT');
    });
    await expect(work).rejects.toThrow('SIGINT');
    expect(all()).toContain('booting: interrupted');
    expect(all()).not.toContain('failed');
  });
});

describe('on a terminal', () => {
  test('the cursor is hidden during a step and given back after it', () => {
    const { stream, all } = recorder();
    const display = progressDisplay({ stream, style: PLAIN_STYLE, live: true });
    const step = display.step('booting');
    expect(all()).toContain('\u001b[?25l');
    expect(all()).not.toContain('\u001b[?25h');
    step.done('booted');
    expect(stripVTControlCharacters(all())).toMatch(/\+ booted \d+\.\d s\n$/);
    expect(all().endsWith('\u001b[?25h')).toBe(true);
  });

  test('closing in the middle of a step gives the cursor back too, once', () => {
    const { stream, all } = recorder();
    const display = progressDisplay({ stream, style: PLAIN_STYLE, live: true });
    display.step('booting');
    display.close();
    display.close();
    expect(all().split('\u001b[?25h')).toHaveLength(2);
  });

  test('no live line is as wide as the terminal, whatever the note says', () => {
    const { stream, all } = recorder();
    const display = progressDisplay({ stream, style: { ...PLAIN_STYLE, columns: 40 }, live: true });
    const step = display.step('x'.repeat(100));
    step.note('\u001b[2J and more');
    display.line('a line');
    display.close();
    const drawn = all()
      .split('\r')
      .map((part) => stripVTControlCharacters(part).split('\n')[0] ?? '');
    expect(Math.max(...drawn.map((line) => line.length))).toBeLessThan(40);
    expect(all()).not.toContain('\u001b[2J');
  });

  test('a step that begins ends the one before', () => {
    const { stream, all } = recorder();
    const display = progressDisplay({ stream, style: PLAIN_STYLE, live: true });
    display.step('one');
    display.step('two').failed();
    expect(all()).toMatch(/\+ one [\s\S]*x two /);
  });
});
