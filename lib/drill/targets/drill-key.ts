/** One drill at a time on a deployment that anybody may reach: the deployment itself holds the sign, and lets go of it by itself. */
import { randomUUID } from 'node:crypto';
import { ProblemError } from '../../base/problem.ts';
import { connect } from '../../client/connect.ts';
import type { ConnectionProfile } from '../../profile/profile.ts';
import type { ClaimTrouble } from '../history.ts';
import { drillKeyPrefix } from '../load/plan.ts';
import type { Claim } from '../target.ts';

/** Of one user's drills, where it may touch keys of one beginning only. */
const keyOf = (profile: ConnectionProfile) => `${drillKeyPrefix(profile)}claim`;
/** What a drill that was killed leaves behind lasts no longer. */
const EXPIRES_MS = 60_000;
const RENEW_EVERY_MS = 15_000;
/** A renewal that has to wait longer is left to the next one. */
const RETRY_FOR_MS = 10_000;
/** 1: it stood. 2: made again where it was gone. 0: another's, which is never taken. */
const RENEW =
  "local held = redis.call('GET', KEYS[1]) if held and held ~= ARGV[1] then return 0 end redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) return held and 1 or 2";
const RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/** @throws ProblemError `DRILL_IN_PROGRESS`, or why the deployment cannot be reached */
export async function claimByKey(
  profile: ConnectionProfile,
  tell: (trouble: ClaimTrouble) => void,
  renewEveryMs = RENEW_EVERY_MS,
): Promise<Claim> {
  const client = await connect(profile, { connectionName: 'redoubt-claim', log: 'silent', retryForMs: RETRY_FOR_MS });
  const owner = randomUUID();
  const key = keyOf(profile);
  try {
    if ((await client.set(key, owner, 'PX', EXPIRES_MS, 'NX')) !== 'OK') throw inProgress(profile);
  } catch (error) {
    client.disconnect();
    throw error;
  }
  const renewal = renewalOf({ client, key, owner }, tellingOnce(tell));
  // Once at once: a user who may not renew it is told so before anything is disturbed.
  await renewal.renew();
  const timer = setInterval(() => void renewal.renew(), renewEveryMs);
  return {
    confirm: renewal.confirm,
    release: async () => {
      clearInterval(timer);
      // Never another's. Without the right to run a script it expires by itself.
      await client.eval(RELEASE, 1, key, owner).catch(() => undefined);
      client.disconnect();
    },
  };
}

type Client = Awaited<ReturnType<typeof connect>>;
type Tell = (kind: ClaimTrouble['kind']) => (message: string) => void;

function tellingOnce(tell: (trouble: ClaimTrouble) => void): Tell {
  const told = new Set<ClaimTrouble['kind']>();
  return (kind) => (message) => {
    if (!told.has(kind)) tell({ kind, message });
    told.add(kind);
  };
}

interface Sign {
  readonly client: Client;
  readonly key: string;
  readonly owner: string;
}

function renewalOf({ client, key, owner }: Sign, tell: Tell) {
  const taken = () =>
    tell('taken')(
      `Another drill has put up its own sign (${key}), so two disturbed the deployment at the same time and nobody can say which fault was whose. Wait until the other has ended, and drill again.`,
    );
  const renew = async () => {
    try {
      const answer = await client.eval(RENEW, 1, key, owner, EXPIRES_MS);
      if (answer === 0) taken();
      if (answer === 2)
        tell('lost')(
          `The sign that keeps other drills away (${key}) was gone and has been put up again: it had expired while no write was accepted, was lost with a server, or was deleted. Whether another drill was under way meanwhile is not known.`,
        );
      return undefined;
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal !== undefined)
        tell('not-renewed')(
          `The sign that keeps other drills away (${key}) cannot be renewed: ${refusal}. It is gone after ${EXPIRES_MS / 1_000} s, and from then on nobody is kept away. Where that says NOPERM, allow the user EVAL, GET, SET and DEL on ${key}.`,
        );
      return error;
    }
  };
  const confirm = async () => {
    const error = await renew();
    if (error === undefined) return;
    // Who may not renew it may still look.
    const holder = await client.get(key).catch(() => undefined);
    if (typeof holder === 'string' && holder !== owner) taken();
    else if (refusalOf(error) === undefined)
      tell('not-renewed')(
        `Whether the sign that keeps other drills away (${key}) stood to the end is not known: ${(error as Error).message}`,
      );
  };
  return { renew, confirm };
}

/** A server's own words that it will not; a connection that is lost while nodes are away, or a server that takes no writes now, settles with the next try. */
function refusalOf(error: unknown): string | undefined {
  const { name, message } = error as Error;
  return name === 'ReplyError' &&
    !/^(READONLY|NOREPLICAS|LOADING|MASTERDOWN|CLUSTERDOWN|UNBLOCKED|TRYAGAIN)\b/.test(message)
    ? message
    : undefined;
}

function inProgress(profile: ConnectionProfile): ProblemError {
  const message = `Another drill disturbs ${profile.deployment} at this moment (the key ${keyOf(profile)} is there). Wait until it has ended; the sign of one that was killed is gone after ${EXPIRES_MS / 1_000} s.`;
  return new ProblemError({ code: 'DRILL_IN_PROGRESS', message });
}
