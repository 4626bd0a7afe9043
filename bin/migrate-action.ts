/** `redoubt migrate azure-cache`: reads the documents, prints what is said of them, writes the deployment. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve } from 'node:path';
import { exitCodeOf } from '../lib/base/exit-codes.ts';
import { type Problem, ProblemError } from '../lib/base/problem.ts';
import { deploymentFile } from '../lib/migrate/deployment-file.ts';
import { readOldCache } from '../lib/migrate/input/read.ts';
import { resourcesIn } from '../lib/migrate/input/resources.ts';
import { acknowledgementProblems, type Migration, migrationOf } from '../lib/migrate/migration.ts';
import type { OldCache } from '../lib/migrate/old-cache.ts';
import { describeGiven } from '../lib/topology/input/describe.ts';
import { errorCodeOf, readJsonFile, reasonOf } from '../lib/topology/input/read-file.ts';
import type { MigrateValues } from './commands/migrate.ts';
import type { CommandContext } from './context.ts';
import { asInput, UsageError } from './failure.ts';

/** A list of every cache of a subscription is a few hundred kB. */
const DOCUMENT_MAX_BYTES = 16 * 1024 * 1024;

const CHECKOUT = resolve(import.meta.dirname, '..');
const TYPES = join(CHECKOUT, 'lib/topology/deployment.ts');

/** Where a deployment is meant to stand when nobody says where. */
const USUAL_PLACE = 'deployments/new.ts';

export async function migrateAzureCache(values: MigrateValues, context: CommandContext): Promise<number> {
  const place = values.output === undefined ? undefined : resolve(context.workingDirectory, values.output);
  const cache = await asInput(() => readInputs(values, place, context));
  const peak = peakProblems(cache, values.peakMemoryGb);
  if (peak.length > 0) throw new UsageError(peak);
  const migration = migrationOf(cache, {
    clusteringPolicy: values.clusteringPolicy,
    performanceTier: values.performanceTier,
    peakGigabytes: values.peakMemoryGb,
    newName: values.newName,
    deploymentName: place === undefined ? undefined : basename(place, extname(place)),
    deploymentPath: values.output === undefined ? undefined : shownPath(values.output),
    acknowledged: values.acknowledge,
  });
  const unused = acknowledgementProblems(migration, values.acknowledge);
  if (unused.length > 0) throw new UsageError(unused);
  if (place !== undefined) await writeDeployment(migration, place, context);
  context.print(await printed(migration, values, context));
  return exitCodeOf(migration.verdict);
}

/** So that it is not taken for the name of a shipped deployment. */
function shownPath(given: string): string {
  return isAbsolute(given) || given.startsWith('.') ? given : `./${given}`;
}

/** Every problem of every document and of the place to write to, at once. */
async function readInputs(
  values: MigrateValues,
  place: string | undefined,
  context: CommandContext,
): Promise<OldCache> {
  const problems: Problem[] = place === undefined ? [] : placeProblems(place, values.output ?? '');
  const read = async (option: string, path: string | undefined) => {
    if (path === undefined) return undefined;
    return document(option, resolve(context.workingDirectory, path)).catch((error: unknown) => {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
      return undefined;
    });
  };
  const cache = await read('--from', values.from);
  const database = await read('--database', values.database);
  const patchSchedule = await read('--patch-schedule', values.patchSchedule);
  const firewallRules = await read('--firewall-rules', values.firewallRules);
  const policies = await Promise.all((values.accessPolicies ?? []).map((path) => read('--access-policies', path)));
  const accessPolicies = values.accessPolicies === undefined ? undefined : policies.flatMap(resourcesIn);
  if (cache === undefined) throw new ProblemError(problems);
  const { name } = values;
  try {
    const old = readOldCache({ cache, name, database, patchSchedule, firewallRules, accessPolicies });
    if (problems.length === 0) return old;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems);
  }
  throw new ProblemError(problems);
}

function document(option: string, path: string): Promise<unknown> {
  return readJsonFile({
    path,
    what: `The document of ${option}`,
    code: 'MIGRATE_FILE',
    advice: 'Give what az prints with --output json.',
    maxBytes: DOCUMENT_MAX_BYTES,
  });
}

function placeProblems(place: string, given: string): Problem[] {
  const name = basename(place, extname(place));
  const problems: Problem[] = [];
  if (!['.ts', '.mts'].includes(extname(place)) || !/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
    const message = `--output is ${describeGiven(given)}: the deployment is called by its file, 1 to 40 small letters, digits and hyphens, and .ts after them, for example deployments/shop.ts. Rename it.`;
    problems.push({ code: 'MIGRATE_OUTPUT_NAME', message });
  }
  if (existsSync(place)) {
    const message = `--output is ${describeGiven(given)}, which exists, and nothing is written over. Give another name, or remove it.`;
    problems.push({ code: 'MIGRATE_OUTPUT_EXISTS', message });
  }
  return problems;
}

function peakProblems({ gigabytes, name }: OldCache, peak: number | undefined): Problem[] {
  if (peak === undefined || peak <= gigabytes) return [];
  const message = `--peak-memory-gb is ${peak}, and ${name} holds ${gigabytes} GB: no more can have been in use. Give the peak of the metric Used Memory, in gigabytes of all shards together.`;
  return [{ code: 'MIGRATE_PEAK_MEMORY_RANGE', message }];
}

async function writeDeployment(migration: Migration, place: string, context: CommandContext): Promise<void> {
  const { deployment } = migration;
  if (deployment === undefined) return;
  try {
    await writeFile(place, deploymentFile(migration, deployment, typesSeenFrom(place)), { flag: 'wx' });
  } catch (cause) {
    const exists = errorCodeOf(cause) === 'EEXIST';
    const message = `The deployment cannot be written to ${place} (${reasonOf(cause)}). Give a path in a directory that is there and may be written to.`;
    throw new UsageError(
      { code: exists ? 'MIGRATE_OUTPUT_EXISTS' : 'MIGRATE_OUTPUT_NOT_WRITABLE', message },
      { cause },
    );
  }
  context.progress.line(`The deployment is in ${place}.`);
}

/** In a checkout the neighbour's path, as its own deployments have it; elsewhere the package. */
function typesSeenFrom(place: string): string {
  const isInside = !relative(CHECKOUT, place).startsWith('..');
  if (!isInside || !existsSync(TYPES)) return 'redoubt';
  const path = relative(dirname(place), TYPES).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}

async function printed(migration: Migration, values: MigrateValues, { style }: CommandContext): Promise<string> {
  if (values.deployment === true && migration.deployment !== undefined) {
    return deploymentFile(migration, migration.deployment, typesSeenFrom(join(CHECKOUT, USUAL_PLACE)));
  }
  switch (values.format) {
    case 'json':
      return (await import('../lib/migrate/forms/json.ts')).migrationJson(migration);
    case 'markdown':
      return (await import('../lib/migrate/forms/markdown.ts')).migrationMarkdown(migration);
    case 'text':
      return (await import('../lib/migrate/forms/text.ts')).migrationText(migration, style);
  }
}
