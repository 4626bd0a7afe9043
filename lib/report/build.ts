/** Puts one run's results together into the report that every form is made from. */
import { createHash } from 'node:crypto';
import { VERDICTS, type Verdict, worstVerdict } from '../base/verdict.ts';
import type { DrillHistory } from '../drill/history.ts';
import type { ConnectionProfile } from '../profile/profile.ts';
import type { Deployment } from '../topology/deployment.ts';
import type { CheckResult } from '../verify/check.ts';
import {
  type ClientResult,
  type Counts,
  type DrillResult,
  type Report,
  type ReportedDrill,
  reportSchema,
} from './report.ts';
import { redoubtVersion } from './version.ts';

/** One drill as it was judged, and what it was judged from. */
export interface JudgedDrill {
  readonly result: DrillResult;
  readonly history: DrillHistory;
}

export interface RunResults {
  /** What was judged: a deployment by its profile, or by its declaration where nothing more is known. */
  readonly subject: ConnectionProfile | Deployment;
  readonly startedAt: Date;
  readonly seed: number;
  readonly serverVersion: string | null;
  readonly checks: readonly CheckResult[];
  readonly drills: readonly JudgedDrill[];
}

/**
 * The verdict is the worst of all checks and drills; a run with neither is `unknown`.
 * @throws ZodError when a result does not have the report's shape, which is a defect of this program
 */
export function buildReport(run: RunResults): Report {
  const drills = run.drills.map(reportedDrill);
  return reportSchema.parse({
    schemaVersion: 1,
    verdict: worstVerdict([...run.checks, ...drills].map((part) => part.verdict)),
    ...identityOf(run.subject),
    startedAt: run.startedAt.toISOString(),
    seed: run.seed,
    redoubtVersion: redoubtVersion(),
    server: { version: run.serverVersion },
    checks: run.checks,
    drills,
    counts: countsOf(run.checks, drills),
  });
}

function identityOf(
  subject: ConnectionProfile | Deployment,
): Pick<Report, 'deployment' | 'platform' | 'clusteringPolicy' | 'deploymentDigest'> {
  if (!('topology' in subject)) {
    const { deployment, platform, clusteringPolicy = null } = subject;
    return { deployment, platform, clusteringPolicy, deploymentDigest: deploymentDigest(subject) };
  }
  const { name, topology } = subject;
  const clusteringPolicy = topology.platform === 'azure-managed-redis' ? topology.clusteringPolicy : null;
  return { deployment: name, platform: topology.platform, clusteringPolicy, deploymentDigest: digestOf(topology) };
}

/**
 * What was declared, as twelve hexadecimal digits: the same for two runs of one deployment. Addresses and files are left
 * out because a lab has new ones every time.
 */
export function deploymentDigest(profile: ConnectionProfile): string {
  const { deployment, platform, clusteringPolicy, clientMode, crossSlotCommands, replicaReads, expected } = profile;
  const declared = [
    deployment,
    platform,
    clusteringPolicy ?? null,
    clientMode,
    crossSlotCommands,
    replicaReads,
    profile.tls.minimumVersion,
    profile.authentication.userName ?? null,
    expected.shardCount,
    expected.replicasPerShard,
    expected.engineVersion ?? null,
  ];
  return digestOf(declared);
}

function digestOf(declared: unknown): string {
  return createHash('sha256').update(JSON.stringify(declared)).digest('hex').slice(0, 12);
}

export function countsOf(checks: readonly { verdict: Verdict }[], drills: readonly ReportedDrill[]): Counts {
  return {
    checks: byVerdict(checks),
    drills: byVerdict(drills),
    operations: sumOfOperations(drills.flatMap((drill) => drill.clients)),
  };
}

function byVerdict(parts: readonly { verdict: Verdict }[]): Counts['checks'] {
  const [pass, fail, unknown] = VERDICTS.map((verdict) => parts.filter((part) => part.verdict === verdict).length);
  return { pass: pass ?? 0, fail: fail ?? 0, unknown: unknown ?? 0 };
}

function sumOfOperations(clients: readonly ClientResult[]): Counts['operations'] {
  const sum = { attempted: 0, ok: 0, fail: 0, unknown: 0, unanswered: 0 };
  for (const { operations } of clients) {
    sum.attempted += operations.attempted;
    sum.ok += operations.ok;
    sum.fail += operations.fail;
    sum.unknown += operations.unknown;
    sum.unanswered += operations.unanswered;
  }
  return sum;
}

function reportedDrill({ result, history }: JudgedDrill): ReportedDrill {
  const durationMs = history.loadEndedMs + history.drainMs;
  const disturbedMs = [
    ...history.faults.map((fault) => Math.max(fault.injectedMs, fault.promotedMs ?? 0, fault.oldNodeGoneMs ?? 0)),
    ...(history.operations ?? []).map(({ requestedMs, completedMs }) => completedMs ?? requestedMs),
  ];
  const lastFaultMs = disturbedMs.length === 0 ? null : Math.max(...disturbedMs);
  return {
    ...result,
    load: {
      shardCount: history.shardCount,
      ratePerSecond: history.ratePerSecond,
      durationMs,
      watchedAfterLastFaultMs: lastFaultMs === null ? null : Math.max(0, durationMs - lastFaultMs),
    },
  };
}
