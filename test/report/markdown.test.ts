import { expect, test } from 'vitest';
import { markdownReport } from '../../lib/report/markdown.ts';
import { sampleReport } from './fixture.ts';

test('the verdict, the table and the counts are there', () => {
  const text = markdownReport(sampleReport());
  expect(text).toMatch(/^## ✅ PASS: azure\\-oss\n/);
  expect(text).toContain('| **redoubt** | slowest answer 374 ms | 0 | 2 | 0 | 0 | 0 | 0 |');
  expect(text).toContain('| ioredis | down until restart | 0 | 0 | 4,986 | 0 | 0 | 0 |');
  expect(text.trimEnd().split('\n').at(-1)).toMatch(/^21,600 operations/);
});

test('text from a server cannot become markup, a mention or another row', () => {
  const message = 'a | b\n| c | <img src=x> @everyone [x](http://example.org) `y`';
  const check = { name: 'reachability', verdict: 'fail' as const, code: 'X', message };
  const line = markdownReport(sampleReport({ checks: [check] }))
    .split('\n')
    .find((row) => row.includes('reachability'));
  expect(line).toContain('a \\| b \\| c \\| &#60;img src=x&#62; \\@everyone \\[x\\]\\(http://example.org\\) \\`y\\`');
});

test('checks that were not observed are one line behind their cause, which names them all', () => {
  const unseen = (name: string) => ({ name, verdict: 'unknown' as const, code: 'NOT_OBSERVED', message: 'Not seen.' });
  const cause = { name: 'reachability', verdict: 'fail' as const, code: 'NAME_UNKNOWN', message: 'No such name.' };
  const text = markdownReport(sampleReport({ checks: [unseen('shard-count'), cause, unseen('failover')] }));
  const lines = text.split('\n').filter((line) => line.startsWith('- ') && /NAME|NOT/.test(line));
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('NAME\\_UNKNOWN');
  expect(lines[1]).toMatch(/2 more checks \(NOT\\_OBSERVED\): .*shard\\-count, failover/);
});
