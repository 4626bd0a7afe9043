import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DrillHistory } from '../../lib/drill/history.ts';
import { escapeHtml, html } from '../../lib/report/html/markup.ts';
import { htmlReport } from '../../lib/report/html.ts';
import { judgedDrill, sampleReport, silentHistory } from './fixture.ts';

const history = silentHistory();
const drill = judgedDrill();
const page = htmlReport(sampleReport(), [history]);

/** Every tag with its attribute names, so that injected markup shows. */
function skeleton(text: string): string[] {
  return [...text.matchAll(/<(\/?[a-z][a-z0-9-]*)((?:\s+[a-z-]+="[^"]*")*)\s*\/?>/gi)].map(
    ([, name, attributes = '']) =>
      `${name} ${[...attributes.matchAll(/([a-z-]+)="/gi)].map(([, key]) => key).join(' ')}`,
  );
}

describe('the page', () => {
  test('stands alone: no request, no script, and a policy that forbids both', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|https?:\/\/|url\((?!#)/i);
    expect(page).not.toMatch(/\son[a-z]+="/i);
    expect(page).toContain('default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;');
  });

  test('says the verdict, the identity and what each client suffered', () => {
    for (const text of ['PASS', 'azure-oss', '4711', '7.0.15', 'slowest answer 374 ms', 'down until restart']) {
      expect(page).toContain(text);
    }
  });

  test('follows the reader’s light or dark setting, a phone’s width and paper', () => {
    expect(page).toContain('@media (prefers-color-scheme: dark)');
    expect(page).toContain('name="viewport"');
    expect(page).toContain('@media print');
  });

  test('has one timeline for each client with a title, a description and the same as a table', () => {
    expect(page.match(/<svg class="timeline"/g)).toHaveLength(3);
    expect(page.match(/<desc id="/g)).toHaveLength(3);
    expect(page.match(/as a table, second by second/g)).toHaveLength(3);
    for (const [, id] of page.matchAll(/aria-labelledby="([^" ]+)/g)) expect(page).toContain(`id="${id}"`);
  });

  test('tells how a write ended by texture as well as by colour', () => {
    for (const pattern of ['dots', 'slashes', 'crosses']) expect(page).toContain(`<pattern id="${pattern}"`);
  });

  test('never uses an id twice', () => {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('has the figures but no timeline when the history is gone', () => {
    const without = htmlReport(sampleReport(), [undefined]);
    expect(without).toContain('The history of this drill is not there');
    expect(without).toContain('down until restart');
    expect(without).not.toContain('<svg class="timeline"');
  });

  test('is made from checks alone as well', () => {
    expect(htmlReport(sampleReport({ drills: [] }), [])).toContain('client-mode');
  });

  test('is made from a drill in which nothing at all was recorded', () => {
    const empty: DrillHistory = { ...history, events: [], faults: [], clients: [], loadEndedMs: 0, drainMs: 0 };
    expect(htmlReport(sampleReport(), [empty])).toContain('</html>');
  });
});

describe('text from elsewhere', () => {
  test('is escaped for text and for attributes', () => {
    expect(escapeHtml(`<a href="x" onclick='y'>&\`\u0000\u202e`)).toBe(
      '&lt;a href=&quot;x&quot; onclick=&#39;y&#39;&gt;&amp;&#96;',
    );
    expect(html`<b title="${'"><script>'}">${['<i>', html`<u>${1}</u>`]}</b>`.text).toBe(
      '<b title="&quot;&gt;&lt;script&gt;">&lt;i&gt;<u>1</u></b>',
    );
  });

  test('cannot change the markup of the page, wherever it stands', () => {
    const usual = skeleton(hostilePage('harmless'));
    const nasty = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        '</title><svg onload=alert(1)>',
        '</style><b>',
        '-->',
        "'` onload=x",
      ),
    );
    fc.assert(
      fc.property(nasty, (text) => {
        expect(skeleton(hostilePage(text))).toEqual(usual);
      }),
      { numRuns: 60 },
    );
  });
});

/** A page in which every text that comes from outside is the given one. */
function hostilePage(text: string): string {
  const clients = drill.result.clients.slice(0, 1).map((client) => ({
    ...client,
    description: text,
    findings: client.findings.map((finding) => ({ ...finding, code: text, message: text })),
    errors: [{ error: text, count: 1 }],
  }));
  const result = { ...drill.result, clients, proof: { ...drill.result.proof, evidence: [text] } };
  const check = { name: text, verdict: 'fail' as const, code: text, message: text };
  const report = {
    ...sampleReport({ checks: [check], drills: [{ ...drill, result }] }),
    deployment: text,
    server: { version: text },
  };
  const told: DrillHistory = {
    ...history,
    events: [{ atMs: 10, kind: 'fault', text }],
    clients: history.clients
      .slice(0, 1)
      .map((client) => ({ ...client, description: text, operations: client.operations.slice(0, 50) })),
  };
  return htmlReport(report, [told]);
}
