/** Whether the user may do what a drill's load does, found out without doing any of it and before anything is disturbed. */
import { randomBytes } from 'node:crypto';
import type { Problem } from '../base/problem.ts';
import type { ConnectionProfile } from '../profile/profile.ts';
import { readSecret } from '../profile/secret.ts';
import { SENT_BY_DRILLS } from '../topology/access-needs.ts';
import { dial, type Link } from '../verify/connection.ts';
import { isNoPermission, missingWord } from '../verify/no-permission.ts';
import { ReplyError } from '../verify/resp.ts';
import { drillKeyPrefix } from './load/plan.ts';
import { dialSettingsOf } from './targets/asker.ts';

/**
 * Asks any server, because one says who may do what before it says whose slot it is. In a transaction that is given up, so that
 * nothing is written; for a user without transactions by forms that change nothing, and INCR on a key that lives for a second.
 * @returns nothing where the endpoint cannot be asked: whoever connects next says why
 */
export async function rightsProblems(
  profile: ConnectionProfile,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Problem[]> {
  const link = await linkTo(profile, environment).catch(() => undefined);
  if (link === undefined) return [];
  const key = `${drillKeyPrefix(profile)}rights:${randomBytes(6).toString('hex')}`;
  try {
    return refusalsOf(profile, await refused(link, key));
  } finally {
    link.close();
  }
}

async function linkTo(
  profile: ConnectionProfile,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Link | undefined> {
  const { secret, userName } = profile.authentication;
  const password = await readSecret(secret, environment);
  const { link } = await dial(profile.endpoint, await dialSettingsOf(profile));
  await link?.ask([userName === undefined ? ['AUTH', password] : ['AUTH', userName, password]]);
  return link;
}

const EXPIRES_MS = 1_000;

interface Refused {
  readonly command: string;
  readonly message: string;
}

async function refused(link: Link, key: string): Promise<Refused[]> {
  const harmless: Questions = {
    set: ['SET', key, '1', 'XX', 'PX', '1'],
    incr: ['INCR', key],
    mget: ['MGET', key],
    unlink: ['UNLINK', key],
  };
  const [begun] = await link.ask([['MULTI']]);
  if (begun === 'OK')
    return refusedOf(harmless, await link.ask([...SENT_BY_DRILLS.map((name) => harmless[name]), ['DISCARD']]));
  const { incr, ...others } = harmless;
  const refusals = refusedOf(others, await link.ask(Object.values(others)));
  // Without SET a number would be left there without an expiry.
  if (refusals.some(({ command }) => command === 'SET')) return refusals;
  const [, reply] = await link.ask([['SET', key, '1', 'PX', String(EXPIRES_MS)], incr]);
  return [...refusals, ...refusedOf({ incr }, [reply])];
}

type Questions = Readonly<Record<(typeof SENT_BY_DRILLS)[number], readonly string[]>>;

function refusedOf(questions: Partial<Questions>, replies: readonly unknown[]): Refused[] {
  return Object.keys(questions).flatMap((name, index) => {
    const reply = replies[index];
    return reply instanceof ReplyError && isNoPermission(reply.message)
      ? [{ command: name.toUpperCase(), message: reply.message }]
      : [];
  });
}

function refusalsOf(profile: ConnectionProfile, refusals: readonly Refused[]): Problem[] {
  const [first] = refusals;
  if (first === undefined) return [];
  const user = profile.authentication.userName ?? 'default';
  const isOfCommands = refusals.some(({ message }) => missingWord(message) !== undefined);
  const all = SENT_BY_DRILLS.map((name) => `+${name}`).join(' ');
  const prefix = drillKeyPrefix(profile);
  const advice = isOfCommands
    ? // Not the words of the refusals alone: who may not SET was not asked about INCR.
      `Add what it lacks of \`${all}\` to its access string, or drill with the profile of a user that may.`
    : `Give it such keys (\`~${prefix}*\`), say in the profile with what its keys begin (\`keyPrefix\`), or drill with the profile of a user that may.`;
  const message = `The user "${user}" may not run ${refusals.map(({ command }) => command).join(', ')} on keys that begin with ${prefix} ("${first.message}"), and a drill's load runs ${SENT_BY_DRILLS.map((name) => name.toUpperCase()).join(', ')}. ${advice} Nothing was disturbed.`;
  return [{ code: 'DRILL_NOT_ALLOWED', message }];
}

/** Whether the user may look who is a primary, which a drill of a cloud's cluster sees by the user's own rights. */
export async function sightProblems(
  profile: ConnectionProfile,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Problem[]> {
  if (profile.clientMode === 'single') return [];
  const link = await linkTo(profile, environment).catch(() => undefined);
  const [reply] = (await link?.ask([['CLUSTER', 'NODES']])) ?? [];
  link?.close();
  if (!(reply instanceof ReplyError && isNoPermission(reply.message))) return [];
  const user = profile.authentication.userName ?? 'default';
  const message = `The user "${user}" may not run CLUSTER NODES ("${reply.message}"), by which a drill sees which server is a primary. Add \`+cluster|nodes\` to its access string, or drill with the profile of a user that may. Nothing was disturbed.`;
  return [{ code: 'DRILL_SIGHT_NOT_ALLOWED', message }];
}
