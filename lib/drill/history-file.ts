/**
 * A recorded drill as a file: written beside the report, so that it can be judged again, also with other budgets or by a
 * later release. Operations are columns (load/columns.ts), everything else is as in history.ts.
 */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type Problem, ProblemError } from '../base/problem.ts';
import { OLD_NODE_MODES } from '../lab/lab.ts';
import { reasonOf } from '../topology/input/read-file.ts';
import { CLAIM_TROUBLES, type ClientHistory, type DrillHistory, type LedgerEntry } from './history.ts';
import { columnProblems, fromColumns, operationColumnsSchema, toColumns } from './load/columns.ts';
import { CLIENT_NAMES, ORDERS, SCENARIO_NAMES } from './scenario.ts';

const index = z.int().nonnegative();
const address = { host: z.string(), port: index };
const primary = z.strictObject({ ...address, epoch: index });

const clientSchema = z.strictObject({
  name: z.enum(CLIENT_NAMES),
  description: z.string(),
  operations: operationColumnsSchema,
  errors: z.array(z.string()),
  dials: z.array(z.tuple([z.number(), z.string(), index])),
  /** Sequence numbers, and how often each was applied. */
  ledger: z.strictObject({ sequences: z.array(index), applied: z.array(index) }).optional(),
  broken: z.string().optional(),
});

const sight = z.strictObject({
  atMs: z.number(),
  slotsCovered: index,
  nodes: z.array(z.strictObject({ ...address, shardIndex: index, role: z.enum(['primary', 'replica']) })),
});

const historySchema = z.strictObject({
  schemaVersion: z.literal(1),
  deployment: z.string(),
  scenario: z.enum(SCENARIO_NAMES),
  oldNode: z.enum(OLD_NODE_MODES).optional(),
  order: z.enum(ORDERS).optional(),
  seed: index,
  serverVersion: z.string(),
  startedAtEpochMs: z.number(),
  shardCount: z.int().positive(),
  ratePerSecond: z.number().positive(),
  warmUpMs: z.number().nonnegative(),
  loadEndedMs: z.number().nonnegative(),
  drainMs: z.number().nonnegative(),
  events: z.array(
    z.strictObject({
      atMs: z.number(),
      kind: z.enum(['phase', 'fault', 'promotion', 'heal', 'note']),
      text: z.string(),
    }),
  ),
  faults: z.array(
    z.strictObject({
      shardIndex: index,
      injectedMs: z.number(),
      promotedMs: z.number().optional(),
      oldNodeGoneMs: z.number().optional(),
      oldPrimary: primary,
      newPrimary: primary.optional(),
    }),
  ),
  operations: z
    .array(
      z.strictObject({
        what: z.string(),
        shardIndex: index.optional(),
        requestedMs: z.number(),
        completedMs: z.number().optional(),
        evidence: z.string().optional(),
      }),
    )
    .optional(),
  retiredAddresses: z.array(z.strictObject({ ...address, retiredMs: z.number() })),
  incomplete: z.string().optional(),
  claim: z.array(z.strictObject({ kind: z.enum(CLAIM_TROUBLES), message: z.string() })).optional(),
  server: z.strictObject({ before: sight, after: sight }).optional(),
  clients: z.array(clientSchema),
});
type HistoryInFile = z.infer<typeof historySchema>;

export function historyToText(history: DrillHistory): string {
  return `${JSON.stringify({ ...history, clients: history.clients.map(clientToFile) } satisfies HistoryShape)}\n`;
}

/** What `historyToText` gives; the optional fields may also be undefined, which JSON leaves out. */
type HistoryShape = Omit<DrillHistory, 'clients'> & { readonly clients: readonly object[] };

/** Every problem at once, each with its place. */
export function parseHistory(
  input: unknown,
): { readonly history: DrillHistory } | { readonly problems: readonly Problem[] } {
  const parsed = historySchema.safeParse(input);
  if (!parsed.success) {
    return {
      problems: parsed.error.issues.map(({ path, message }) => ({
        code: 'HISTORY_INVALID',
        message: `${message}.`,
        path: path.join('.'),
      })),
    };
  }
  const problems = contradictions(parsed.data);
  if (problems.length > 0) return { problems };
  const { clients, ...rest } = parsed.data;
  // What was read has no undefined values, so the optional fields are as exact as the type wants them.
  return { history: { ...rest, clients: clients.map(clientFromFile) } as DrillHistory };
}

/** Next to its place first, then renamed there: a reader never sees half a history. Mode 0600. */
export async function writeHistory(path: string, history: DrillHistory): Promise<void> {
  const temporary = join(dirname(path), `.history-${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, historyToText(history), { mode: 0o600, flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    const message = `The drill's history cannot be written to ${path} (${(error as Error).message}). Check that its folder exists, may be written to and has room.`;
    throw new ProblemError({ code: 'HISTORY_NOT_WRITABLE', message }, { cause: error });
  }
}

/** @throws ProblemError `HISTORY_UNREADABLE`, `HISTORY_INVALID`: one sentence for whoever only wants to see the run again */
export async function readHistory(path: string): Promise<DrillHistory> {
  const result = parseHistory(await readJson(path));
  if (!('problems' in result)) return result.history;
  const [first, ...more] = result.problems;
  const place = first?.path === undefined || first.path === '' ? 'as a whole' : `at ${first.path}`;
  const rest = more.length === 0 ? '' : ` and in ${more.length} more place${more.length === 1 ? '' : 's'}`;
  const message = `The history ${path} is not as a drill writes it: it is wrong ${place}${rest}. It was edited, or written by another version of Redoubt; run the drill again.`;
  throw new ProblemError({ code: 'HISTORY_INVALID', message });
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const reason = reasonOf(error);
    const why = reason === 'ENOENT' ? 'is not there' : `cannot be read (${reason})`;
    const message = `The history ${path} ${why}. It must be a file that a drill has written, beside its report.`;
    throw new ProblemError({ code: 'HISTORY_UNREADABLE', message }, { cause: error });
  });
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const message = `The history ${path} is not whole, valid JSON, so it was cut off or edited. Run the drill again.`;
    throw new ProblemError({ code: 'HISTORY_UNREADABLE', message });
  }
}

function contradictions(history: HistoryInFile): Problem[] {
  const problems: Problem[] = [];
  const wrongShard = (path: string, shardIndex: number) => {
    if (shardIndex < history.shardCount) return;
    const message = `Shard ${shardIndex} is named, but there are only ${history.shardCount}, counted from 0.`;
    problems.push({ code: 'HISTORY_INVALID', message, path });
  };
  for (const [number, fault] of history.faults.entries()) wrongShard(`faults.${number}.shardIndex`, fault.shardIndex);
  for (const [number, client] of history.clients.entries()) {
    const path = `clients.${number}`;
    problems.push(...columnProblems(client.operations, history.shardCount, client.errors.length, `${path}.operations`));
    if (client.ledger !== undefined && client.ledger.sequences.length !== client.ledger.applied.length) {
      const message = `It has ${client.ledger.applied.length} counts for ${client.ledger.sequences.length} operations.`;
      problems.push({ code: 'HISTORY_INVALID', message, path: `${path}.ledger.applied` });
    }
  }
  return problems;
}

function clientToFile({ operations, dials, ledger, ...rest }: ClientHistory): object {
  return {
    ...rest,
    operations: toColumns(operations),
    dials: dials.map(({ atMs, host, port }) => [atMs, host, port]),
    ...(ledger === undefined ? {} : { ledger: ledgerToFile(ledger) }),
  };
}

function ledgerToFile(ledger: readonly LedgerEntry[]) {
  return { sequences: ledger.map(({ sequence }) => sequence), applied: ledger.map(({ applied }) => applied) };
}

function clientFromFile({
  operations,
  dials,
  ledger,
  broken,
  ...rest
}: HistoryInFile['clients'][number]): ClientHistory {
  return {
    ...rest,
    operations: fromColumns(operations),
    dials: dials.map(([atMs, host, port]) => ({ atMs, host, port })),
    ...(ledger === undefined
      ? {}
      : { ledger: ledger.sequences.map((sequence, row) => ({ sequence, applied: ledger.applied[row] as number })) }),
    ...(broken === undefined ? {} : { broken }),
  };
}
