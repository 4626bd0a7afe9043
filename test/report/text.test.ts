import { describe, expect, test } from 'vitest';
import type { ClientResult, Report } from '../../lib/report/report.ts';
import { PLAIN_STYLE, type TerminalStyle } from '../../lib/report/terminal.ts';
import { textReport, textSummary } from '../../lib/report/text.ts';
import { countText, durationText } from '../../lib/report/words.ts';
import { notReached } from '../../lib/verify/judging.ts';
import type { Observation } from '../../lib/verify/observation.ts';
import { judgedDrill, sampleReport } from './fixture.ts';

const COLOURFUL: TerminalStyle = { colour: true, unicode: true, columns: 80 };

function rowOf(text: string, client: string): string {
  return text.split('\n').find((line) => line.startsWith(client)) ?? '';
}

describe('the table', () => {
  const text = textReport(sampleReport(), PLAIN_STYLE);

  test('says in words what each client suffered', () => {
    expect(rowOf(text, 'redoubt')).toMatch(/^redoubt +slowest answer 374 ms +0 +2 +0 +0 +0 +0$/);
    expect(rowOf(text, 'ioredis')).toMatch(/^ioredis +down until restart +0 +0 +4,986 +0 +0 +0$/);
    expect(rowOf(text, 'node-redis')).toMatch(/^node-redis +errors for 2,158 ms +779 +82 +0 +0 +0 +41$/);
    expect(text).toContain('down until restart: not recovered within 12.0 s of the last fault');
  });

  test('has no line that is longer than 80 columns, and in plain style nothing but ASCII', () => {
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  });

  test('takes every number from report.json', () => {
    const figures = new Set(figuresOf(sampleReport()));
    const lines = text
      .split('\n')
      .filter((line) => /^(redoubt|ioredis|node-redis| {2}down|verdict|[\d,]+ operations)/.test(line));
    expect(lines.length).toBeGreaterThanOrEqual(6);
    const numbers = lines.flatMap((line) => line.match(/\d[\d,.]*( ms| s\b)?/g) ?? []);
    expect(numbers.length).toBeGreaterThan(25);
    expect(numbers.filter((number) => !figures.has(number))).toEqual([]);
  });

  test('claims no more about a client that was watched for a short time than that', () => {
    const report = sampleReport();
    const drills = report.drills.map((drill) => ({
      ...drill,
      load: { ...drill.load, watchedAfterLastFaultMs: 4_200 },
    }));
    const text = textReport({ ...report, drills }, PLAIN_STYLE);
    expect(rowOf(text, 'ioredis')).toMatch(/^ioredis +not back in 4,200 ms +0/);
    expect(text).not.toContain('until restart');
  });

  test('says how long nothing worked, and not how long a caller waited, where callers were given errors instead', () => {
    const report = sampleReport();
    const [first] = report.drills[0]?.clients ?? [];
    const changed = withFirstClient(report, {
      operations: { ...(first as ClientResult).operations, fail: 0, unknown: 168, unanswered: 0 },
      latencyMs: { p50: 1, p99: 900, p999: 1_660, max: 1_671 },
      outageMs: { total: 3_712, perShard: [12, 3_712, 11] },
    });
    expect(rowOf(textReport(changed, PLAIN_STYLE), 'redoubt')).toMatch(/^redoubt +errors for 3,712 ms +0 +168 /);
  });

  test('keeps the slowest answer where the few that are unknown were not what filled the outage', () => {
    const changed = withFirstClient(sampleReport(), {
      latencyMs: { p50: 1, p99: 12, p999: 94, max: 153.7 },
      outageMs: { total: 175.8, perShard: [164.9, 175.8, 132.4] },
    });
    expect(rowOf(textReport(changed, PLAIN_STYLE), 'redoubt')).toMatch(/^redoubt +slowest answer 154 ms +0 +2 /);
  });

  test('does not call a client down that still succeeds now and then', () => {
    const changed = withFirstClient(sampleReport(), {
      recovered: false,
      outageMs: { total: 2_100, perShard: [12, 2_100, 11] },
    });
    const text = textReport(changed, PLAIN_STYLE);
    expect(rowOf(text, 'redoubt')).toMatch(/^redoubt +errors until the end +0 /);
  });

  test('still fits 80 columns when a client has a long name', () => {
    const long = withFirstClient(sampleReport(), {
      name: 'ioredis-timeouts',
      latencyMs: { p50: 1, p99: 1, p999: 1, max: 2_871 },
    });
    const wide = textReport(long, PLAIN_STYLE);
    expect(rowOf(wide, 'ioredis-timeouts')).toMatch(/^ioredis-timeouts slowest answer 2,871 ms +0 +2 +0 +0 +0 +0$/);
    expect(wide.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('shows a figure that could not be read as a question mark, not as zero', () => {
    const report = sampleReport();
    const changed = withFirstClient(report, { lostAcknowledgedWrites: null, writesAppliedTwice: null });
    expect(rowOf(textReport(changed, PLAIN_STYLE), 'redoubt')).toMatch(/\? +\? +0$/);
  });

  test('claims nothing about a client when the load did not run or nothing happened', () => {
    const drill = judgedDrill();
    const unproven = (proof: Partial<typeof drill.result.proof>) => {
      const result = { ...drill.result, verdict: 'unknown' as const, proof: { ...drill.result.proof, ...proof } };
      return textReport(sampleReport({ drills: [{ ...drill, result }] }), PLAIN_STYLE);
    };
    expect(rowOf(unproven({ loadRan: false }), 'redoubt')).toContain('not measured');
    expect(rowOf(unproven({ faultHappened: false }), 'redoubt')).toContain('nothing happened');
    expect(unproven({ faultHappened: false }).replace(/\s+/g, ' ')).toContain(
      'cannot be judged, because no fault was seen to happen',
    );
    expect(unproven({ faultHappened: false })).toContain('verdict  ? UNKNOWN');
  });

  test('says why a drill cannot be judged in the words of its proof, at most three of them', () => {
    const drill = judgedDrill();
    const gaps = [1, 2, 3, 4, 5].map((shard) => ({
      code: 'NOTHING_PROMOTED',
      message: `Shard ${shard}: no new primary.`,
    }));
    const told = (count: number) => {
      const proof = { ...drill.result.proof, gaps: gaps.slice(0, count) };
      const result = { ...drill.result, verdict: 'unknown' as const, proof };
      return textReport(sampleReport({ drills: [{ ...drill, result }] }), PLAIN_STYLE).replace(/\s+/g, ' ');
    };
    expect(told(1)).toContain('cannot be judged. Shard 1: no new primary. [NOTHING_PROMOTED]');
    expect(told(5)).toContain('Shard 3: no new primary. [NOTHING_PROMOTED] And 2 more in the report.');
    expect(told(5)).not.toContain('Shard 4');
  });
});

describe('on a terminal that is too narrow for the table', () => {
  const narrow = (columns: number, report = sampleReport()) =>
    textReport(report, { ...PLAIN_STYLE, columns, isTerminal: true });

  test.each([79, 60, 40])('of %i columns no line is longer than that', (columns) => {
    const summary = textSummary([{ report: sampleReport(), written: [] }], { ...PLAIN_STYLE, columns });
    for (const text of [narrow(columns), summary]) {
      expect(text.split('\n').filter((line) => line.length > columns)).toEqual([]);
    }
  });

  test('each client says what it suffered, and below it every count that is not zero', () => {
    const lines = narrow(60).split('\n');
    const below = (client: string) => lines[lines.findIndex((line) => line.startsWith(`${client} `)) + 1];
    expect(lines).toContain('client      what it suffered');
    expect(lines).toContain('redoubt     slowest answer 374 ms');
    expect(below('redoubt')).toBe('            2 unknown');
    expect(below('ioredis')).toBe('            4,986 unanswered');
    expect(below('node-redis')).toBe('            779 failed, 82 unknown, 41 stale');
    expect(lines).toContain('What is not named is 0. unknown: perhaps applied. lost:');
  });

  test('a client without anything to count is one line, and what could not be read is not taken for zero', () => {
    const operations = { attempted: 9, ok: 9, fail: 0, unknown: 0, unanswered: 0 };
    const well = narrow(60, withFirstClient(sampleReport(), { operations }));
    expect(well).toMatch(/^redoubt .*\nioredis /m);
    const unread = narrow(60, withFirstClient(sampleReport(), { lostAcknowledgedWrites: null }));
    expect(unread).toMatch(/^ +2 unknown, \? lost$/m);
  });

  test('the verdict of a drill stands at the right, on a line of its own where the title leaves no room', () => {
    expect(narrow(60)).toMatch(/^azure-oss: planned-replacement, one by one, old nodes silent\n {54}\+ PASS$/m);
    expect(narrow(79)).toMatch(/^azure-oss: planned-replacement, one by one, old nodes silent {13}\+ PASS$/m);
  });

  test('a list has no line that is longer either where colours are used', () => {
    const text = textReport(sampleReport(), { ...COLOURFUL, columns: 60 });
    const seen = text.replaceAll(/\u001b\[\d+m/g, '').split('\n');
    expect(seen.filter((line) => line.length > 60)).toEqual([]);
    expect(seen).toContain('redoubt     slowest answer 374 ms');
  });
});

describe('the rest of the text', () => {
  test('gives findings as sentences, then the verdict, the files, and the counts last', () => {
    const lines = textReport(sampleReport(), PLAIN_STYLE, [{ what: 'report', path: 'out/report.html' }]).split('\n');
    const finding = lines.findIndex((line) => line.includes('Never answered again'));
    const verdict = lines.findIndex((line) => line.startsWith('verdict  + PASS'));
    const file = lines.indexOf('report   out/report.html');
    const counts = lines.findIndex((line) => line.startsWith('21,600 operations'));
    expect([finding, verdict, file, counts]).toEqual([finding, verdict, file, counts].toSorted((a, b) => a - b));
    expect(finding).toBeGreaterThan(0);
    expect(counts).toBe(lines.length - 2);
  });

  test('shows a check that did not pass with its code', () => {
    const check = {
      name: 'client-mode',
      verdict: 'fail' as const,
      code: 'CLIENT_MODE_SINGLE',
      message: 'It is a cluster.',
    };
    const text = textReport(sampleReport({ checks: [check] }), PLAIN_STYLE);
    expect(text).toContain('x client-mode                    CLIENT_MODE_SINGLE: It is a cluster.');
    expect(text).toContain('verdict  x FAIL');
  });

  test('says a pass whole where nobody looks on, and cuts it to a line on a terminal', () => {
    const message = `Every one of the ${'very '.repeat(12)}many servers answers.`;
    const report = sampleReport({ checks: [{ name: 'reachability', verdict: 'pass', code: 'OK', message }] });
    const piped = textReport(report, PLAIN_STYLE);
    expect(piped.replaceAll(/\s+/g, ' ')).toContain(message);
    expect(piped.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(textReport(report, { ...PLAIN_STYLE, isTerminal: true })).toMatch(
      /^\+ reachability +Every one of .*\.\.\.$/m,
    );
  });

  test('on a narrow terminal says what did not pass under the name of the check, and of a pass the name', () => {
    const checks = [
      { name: 'tls-expiry', verdict: 'pass' as const, code: 'OK', message: 'Every certificate is valid.' },
      { name: 'client-mode', verdict: 'fail' as const, code: 'CLIENT_MODE_SINGLE', message: 'It is a cluster of 3.' },
    ];
    const text = textReport(sampleReport({ checks }), { ...PLAIN_STYLE, columns: 40, isTerminal: true });
    expect(text).toContain('+ tls-expiry\nx client-mode\n  CLIENT_MODE_SINGLE: It is a cluster of\n  3.\n');
  });

  test('names the checks that failed after the verdict, because what they leave unknown may be longer', () => {
    const check = (name: string, verdict: 'pass' | 'fail' | 'unknown') => ({ name, verdict, code: 'X', message: 'Y.' });
    const checks = [check('same-view', 'unknown'), check('tls-name', 'fail'), check('shard-count', 'fail')];
    expect(textReport(sampleReport({ checks }), PLAIN_STYLE)).toMatch(
      /\nverdict .*\nfailed {3}tls-name, shard-count\n/,
    );
    expect(textReport(sampleReport({ checks: [check('same-view', 'unknown')] }), PLAIN_STYLE)).not.toMatch(
      /^failed {3}/m,
    );
  });

  test('says the domain of the nodes once, below the checks', () => {
    const message = 'shop-0001-001.shop.abc.cache.amazonaws.com:6379 answers.';
    const check = { name: 'reachability', verdict: 'pass' as const, code: 'OK', message };
    const text = textReport(sampleReport({ checks: [check] }), PLAIN_STYLE);
    expect(text).toContain('+ reachability                   shop-0001-001:6379 answers.\n');
    expect(text).toContain('\n  names are in shop.abc.cache.amazonaws.com\n');
  });

  test('uses colours only where the style has them', () => {
    expect(textReport(sampleReport(), COLOURFUL)).toContain('\u001b[31mdown until restart');
    expect(textReport(sampleReport(), { ...COLOURFUL, colour: false })).not.toContain('\u001b');
  });

  test('lets nothing from a server reach the terminal as a control sequence', () => {
    const message = 'bad\u001b]0;title\u0007\u001b[2J\r\nnext\u202e';
    const check = { name: 'reachability', verdict: 'fail' as const, code: 'X', message };
    const text = textReport(sampleReport({ checks: [check] }), COLOURFUL);
    expect(text).toContain('bad]0;title[2J next');
    for (const sequence of ['\u001b]', '\u0007', '\r', '\u202e']) expect(text).not.toContain(sequence);
  });
});

test('a summary of several runs has one table each, one verdict each, and all counts at the end', () => {
  const run = { report: sampleReport(), written: [{ what: 'report', path: 'a/report.html' }] };
  const other = {
    report: { ...sampleReport(), deployment: 'elasticache' },
    written: [{ what: 'report', path: 'b/report.html' }],
  };
  const text = textSummary([run, other], PLAIN_STYLE);
  expect(text.match(/down until restart +0/g)).toHaveLength(2);
  expect(text).toContain('verdict  + PASS  azure-oss: 3 checks pass, 1 drill passes\nverdict  + PASS  elasticache:');
  expect(text).toContain('report   a/report.html\nreport   b/report.html');
  expect(text.trimEnd().split('\n').slice(-2).join(' ')).toMatch(/^elasticache: 21,600 operations.*unanswered$/);
});

test('an unplanned drill says what the server took and what the client added', () => {
  const drill = judgedDrill();
  const crash = {
    ...drill,
    result: { ...drill.result, scenario: 'crash-primary' as const, oldNode: null, order: null },
  };
  const text = textReport(sampleReport({ drills: [crash] }), PLAIN_STYLE);
  expect(text).toContain('the server promoted a replica within 20 ms; on top of that: redoubt 361 ms');
});

function withFirstClient(report: Report, change: object): Report {
  return {
    ...report,
    drills: report.drills.map((drill) => ({
      ...drill,
      clients: drill.clients.map((client, index) => (index === 0 ? { ...client, ...change } : client)),
    })),
  };
}

/** Every number in a report, in the spellings the text uses. */
function figuresOf(value: unknown): string[] {
  if (typeof value === 'number') return [String(value), countText(value), durationText(value)];
  if (Array.isArray(value)) return value.flatMap(figuresOf);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(figuresOf);
  return [];
}

describe('checks that were not observed', () => {
  const nowhere = { connection: { address: { host: 'cache.test', port: 6379 } } } as Observation['endpoint'];
  const unseen = (name: string): Report['checks'][number] => ({
    name,
    ...notReached({ endpoint: nowhere } as Observation, name),
  });
  const cause: Report['checks'][number] = {
    name: 'reachability',
    verdict: 'fail',
    code: 'NAME_UNKNOWN',
    message: 'cache.test does not exist.',
  };

  test('are one entry behind their cause, which names them all', () => {
    const checks = [unseen('shard-count'), cause, unseen('failover')];
    const text = textReport({ ...sampleReport(), checks }, PLAIN_STYLE).replaceAll(/\s+/g, ' ');
    expect(text.match(/NOT_OBSERVED/g)).toHaveLength(1);
    expect(text).toMatch(/NAME_UNKNOWN.*2 more checks NOT_OBSERVED: .*\(see reachability\): shard-count, failover\./);
  });

  test('a single one stays as it is', () => {
    const text = textReport({ ...sampleReport(), checks: [cause, unseen('failover')] }, PLAIN_STYLE);
    expect(text).toMatch(/failover +NOT_OBSERVED: failover could not be observed/);
  });
});
