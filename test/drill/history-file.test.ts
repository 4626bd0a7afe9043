import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { historyToText, parseHistory, readHistory, writeHistory } from '../../lib/drill/history-file.ts';
import { judge } from '../../lib/drill/judge.ts';
import { BUDGETS, busy, client, crash, history, withoutLedger } from './histories.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-history-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function problemsOf(input: unknown): string[] {
  const result = parseHistory(input);
  return 'problems' in result ? result.problems.map(({ path, code }) => `${code} ${path}`) : [];
}

/** The base history as JSON, with one thing bent. */
function bent(bend: (json: ReturnType<typeof JSON.parse>) => void): unknown {
  const json = JSON.parse(historyToText(history()));
  bend(json);
  return json;
}

describe('a saved history', () => {
  test.each([
    ['planned', history()],
    ['unplanned', crash(6_600)],
    ['busy', busy()],
    ['without a ledger', history({ clients: [withoutLedger(client())] })],
    ['of a drill whose claim was lost', history({ claim: [{ kind: 'lost', message: 'It was gone.' }] })],
    ['of a broken client', history({ clients: [client({ broken: 'its process ended' })] })],
  ])('(%s) is read back as it was written and judged the same', async (_name, recorded) => {
    const path = join(directory, 'drill.json');
    await writeHistory(path, recorded);
    const read = await readHistory(path);
    expect(read).toEqual(recorded);
    expect(judge(read, BUDGETS)).toEqual(judge(recorded, BUDGETS));
  });

  test('may be read by its owner only, and no half-written file stays behind', async () => {
    await writeHistory(join(directory, 'drill.json'), history());
    expect(await readdir(directory)).toEqual(['drill.json']);
    expect((await stat(join(directory, 'drill.json'))).mode & 0o777).toBe(0o600);
  });

  test('that cannot be written is a sentence', async () => {
    await expect(writeHistory(join(directory, 'none', 'drill.json'), history())).rejects.toThrow(
      /HISTORY_NOT_WRITABLE/,
    );
  });

  test('that is missing or not JSON is a sentence', async () => {
    await expect(readHistory(join(directory, 'none.json'))).rejects.toThrow(/HISTORY_UNREADABLE/);
    await writeFile(join(directory, 'text.json'), 'not json');
    await expect(readHistory(join(directory, 'text.json'))).rejects.toThrow(
      /HISTORY_UNREADABLE: .*is not whole, valid/,
    );
  });

  test('that was edited is one sentence, which names the file, the first place and how many more there are', async () => {
    const path = join(directory, 'drill.json');
    await writeFile(path, JSON.stringify(bent((json) => Object.assign(json, { seed: -1, shardCount: 0 }))));
    await expect(readHistory(path)).rejects.toThrow(
      /^HISTORY_INVALID: The history .*drill\.json is not .*wrong at seed and in 1 more place\. .* run the drill again\.$/,
    );
  });
});

describe('a malformed history is a list of problems, each with its place', () => {
  test.each([
    ['another version', (json: Json) => Object.assign(json, { schemaVersion: 2 }), 'schemaVersion'],
    ['an unknown scenario', (json: Json) => Object.assign(json, { scenario: 'meteor' }), 'scenario'],
    [
      'a column that is too short',
      (json: Json) => void json.clients[0]?.operations.sentMs.pop(),
      'clients.0.operations.sentMs',
    ],
    ['an unknown outcome', (json: Json) => void replaceFirst(json, 'outcomes', 'x'), 'clients.0.operations.outcomes'],
    [
      'an answer without a time',
      (json: Json) => at(json).settledMs.splice(3, 1, null),
      'clients.0.operations.settledMs',
    ],
    ['a shard too many', (json: Json) => at(json).shards.splice(3, 1, 9), 'clients.0.operations.shards'],
    ['a sequence twice', (json: Json) => at(json).sequences.splice(3, 1, 2), 'clients.0.operations.sequences'],
    [
      'an error that is not in the table',
      (json: Json) => void at(json).errors.push([0, 7]),
      'clients.0.operations.errors',
    ],
    ['a ledger with a hole', (json: Json) => void json.clients[0]?.ledger?.applied.pop(), 'clients.0.ledger.applied'],
    [
      'a fault on no shard',
      (json: Json) => Object.assign(json.faults[0] as object, { shardIndex: 5 }),
      'faults.0.shardIndex',
    ],
  ])('%s', (_name, bend, path) => {
    expect(problemsOf(bent(bend))).toEqual([`HISTORY_INVALID ${path}`]);
  });

  test('all at once', () => {
    const input = bent((json) => {
      json.seed = -1;
      json.shardCount = 0;
    });
    expect(problemsOf(input)).toEqual(['HISTORY_INVALID seed', 'HISTORY_INVALID shardCount']);
  });

  test('whatever the input is, never a crash', () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        expect(problemsOf(input).length).toBeGreaterThan(0);
      }),
    );
  });
});

interface Json {
  clients: { operations: Columns; ledger?: { applied: number[] } }[];
  faults: object[];
}
interface Columns {
  sequences: number[];
  shards: number[];
  sentMs: number[];
  settledMs: (number | null)[];
  outcomes: string;
  errors: [number, number][];
}

function at(json: Json): Columns {
  return (json.clients[0] as Json['clients'][number]).operations;
}

function replaceFirst(json: Json, column: 'outcomes', letter: string): void {
  at(json)[column] = letter + at(json)[column].slice(1);
}
