/** Every deployment as it ships passes, and each is recognised when a profile calls it the other kind. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENTS } from '../../deployments/index.ts';
import { verify } from '../../lib/verify/run.ts';
import { type LabUnderTest, messageOf, notPassed, outcomes, startLabUnderTest } from './lab-fixture.ts';
import { commandsSeenWhile } from './monitor.ts';

describe.each(DEPLOYMENTS.map(({ name }) => name))('verify, against %s', (deployment) => {
  let under: LabUnderTest;
  beforeAll(async () => {
    under = await startLabUnderTest(deployment);
  });
  afterAll(() => under?.stop());

  it('passes every check that applies', async () => {
    const verification = await verify(under.lab.profile);
    expect(notPassed(verification)).toEqual([]);
    expect(verification.verdict).toBe('pass');
  });

  it('fails the client mode, and says what to set, when the profile declares the other one', async () => {
    const { profile } = under.lab;
    if (profile.clientMode === 'cluster') {
      const verification = await verify({ ...profile, clientMode: 'single' });
      expect(outcomes(verification)['client-mode']).toBe('CLIENT_MODE_SINGLE_ON_CLUSTER');
      expect(messageOf(verification, 'client-mode')).toContain('REDIS_CLUSTER_MODE=true');
    } else {
      const verification = await verify({ ...profile, clientMode: 'cluster' });
      expect(outcomes(verification)['client-mode']).toBe('CLIENT_MODE_CLUSTER_ON_SINGLE');
      expect(messageOf(verification, 'client-mode')).toContain('REDIS_CLUSTER_MODE=false');
    }
  });

  it('fails where the profile lets other commands cross slots than the server does', async () => {
    const { profile } = under.lab;
    const crossSlotCommands = profile.crossSlotCommands === 'none' ? ('all' as const) : ('none' as const);
    const expected = crossSlotCommands === 'all' ? 'CROSS_SLOT_REFUSED' : 'CROSS_SLOT_ALLOWED';
    expect(outcomes(await verify({ ...profile, crossSlotCommands }))['cross-slot']).toBe(expected);
  });

  it('fails a wrong password with the server’s words, and judges nothing behind it', async () => {
    const { profile } = under.lab;
    const authentication = { ...profile.authentication, secret: { kind: 'environment', variable: 'WRONG' } as const };
    const verification = await verify({ ...profile, authentication }, { environment: { WRONG: 'not-the-password' } });
    expect(outcomes(verification)).toMatchObject({
      reachability: 'ENDPOINT_CREDENTIAL_REFUSED',
      'tls-name': 'OK',
      'client-mode': 'NOT_OBSERVED',
    });
    expect(JSON.stringify(verification)).not.toContain('not-the-password');
  });

  it('writes nothing but keys with an expiry, and leaves none behind', async () => {
    const { lab, command } = under;
    const sizes = () => Promise.all(lab.nodes().map((node) => command(node, 'DBSIZE')));
    const before = await sizes();
    const written = await commandsSeenWhile(under, () => verify(lab.profile));
    const names = [...new Set(written.map(([name]) => name ?? ''))];
    expect(names).toContain('SET');
    expect(names.filter((name) => !HARMLESS.has(name))).toEqual([]);
    const expiries = written.filter(([name]) => name === 'SET').map(expiryMsOf);
    expect(Math.max(...expiries)).toBeLessThanOrEqual(60_000);
    expect(await sizes()).toEqual(before);
  });

  it('shows no secret in what it returns', async () => {
    const { readSecret } = await import('../../lib/profile/secret.ts');
    const secret = await readSecret(under.lab.profile.authentication.secret);
    expect(JSON.stringify(await verify(under.lab.profile))).not.toContain(secret);
  });
});

/** Of keys that do not exist, these write nothing. */
const HARMLESS = new Set([
  'SET',
  'DEL',
  'EVAL',
  'EXISTS',
  'MGET',
  'PFCOUNT',
  'RENAME',
  'RPOPLPUSH',
  'SINTERSTORE',
  'SMOVE',
  'SUNION',
  'TOUCH',
  'UNLINK',
]);

/** From now; infinite for a SET without one. Replicas are sent the moment instead of the duration. */
function expiryMsOf(words: readonly string[]): number {
  const [duration, moment] = ['PX', 'PXAT'].map((option) => words.indexOf(option) + 1);
  if (duration) return Number(words[duration]);
  return moment ? Number(words[moment]) - Date.now() : Number.POSITIVE_INFINITY;
}
