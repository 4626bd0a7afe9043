/** One drill at a time on a deployment that anybody may reach: the deployment itself holds the sign, and lets go of it by itself. */
import { randomUUID } from 'node:crypto';
import { ProblemError } from '../../base/problem.ts';
import { connect } from '../../client/connect.ts';
import type { ConnectionProfile } from '../../profile/profile.ts';

const KEY = 'redoubt:drill:claim';
/** What a drill that was killed leaves behind lasts no longer. */
const EXPIRES_MS = 60_000;
const RENEW_EVERY_MS = 15_000;
/** Made again where it has expired while no write was accepted; never taken from somebody else. */
const RENEW =
  "local held = redis.call('GET', KEYS[1]) if held and held ~= ARGV[1] then return 0 end redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) return 1";
const RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/** @throws ProblemError `DRILL_IN_PROGRESS`, or why the deployment cannot be reached */
export async function claimByKey(
  profile: ConnectionProfile,
  renewEveryMs = RENEW_EVERY_MS,
): Promise<() => Promise<void>> {
  const client = await connect(profile, { connectionName: 'redoubt-claim', log: 'silent' });
  const owner = randomUUID();
  try {
    if ((await client.set(KEY, owner, 'PX', EXPIRES_MS, 'NX')) !== 'OK') throw inProgress(profile);
  } catch (error) {
    client.disconnect();
    throw error;
  }
  // It may fail while nodes are away; the next one, or the expiry, settles it.
  const renew = () => client.eval(RENEW, 1, KEY, owner, EXPIRES_MS).catch(() => undefined);
  const timer = setInterval(() => void renew(), renewEveryMs);
  return async () => {
    clearInterval(timer);
    await client.eval(RELEASE, 1, KEY, owner).catch(() => undefined);
    client.disconnect();
  };
}

function inProgress({ deployment }: ConnectionProfile): ProblemError {
  const message = `Another drill disturbs ${deployment} at this moment (the key ${KEY} is there). Wait until it has ended; the sign of one that was killed is gone after ${EXPIRES_MS / 1_000} s.`;
  return new ProblemError({ code: 'DRILL_IN_PROGRESS', message });
}
