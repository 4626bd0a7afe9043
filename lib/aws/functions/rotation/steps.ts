/**
 * The four steps in which Secrets Manager rotates a secret. Each may be called again, and after a crash in the middle of any:
 *
 *   createSecret   a new password becomes the version AWSPENDING; a pending one that is there already is kept
 *   setSecret      the cache accepts the new password beside the current one
 *   testSecret     somebody signs in with the new one
 *   finishSecret   the new one is AWSCURRENT; the former one stays accepted until the next rotation
 *
 * So nobody is ever locked out: who still has the former password has until the next rotation to read the secret again.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
import { ProblemError } from '../../../base/problem.ts';

export interface SecretVersions {
  readonly rotationEnabled: boolean;
  /** Labels of each version, by its id. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

export type Label = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

/** Secrets Manager, as far as a rotation needs it. */
export interface SecretStore {
  versions(): Promise<SecretVersions>;
  /** The secret's JSON; undefined when no version has the label. */
  read(label: Label): Promise<SecretJson | undefined>;
  newPassword(): Promise<string>;
  putPending(versionId: string, secret: SecretJson): Promise<void>;
  /** Moves AWSCURRENT; Secrets Manager gives AWSPREVIOUS to the version it is taken from. */
  makeCurrent(versionId: string, formerId: string): Promise<void>;
}

/** What the cache accepts. */
export interface Acceptance {
  /**
   * Makes the cache accept both, and resolves when it does everywhere. Idempotent.
   * @param isFirst nothing was ever rotated, so there is no older password to drop
   */
  acceptBoth(passwords: {
    readonly current: string;
    readonly pending: string;
    readonly isFirst: boolean;
  }): Promise<void>;
  /** Signs in with it over TLS. @throws ProblemError `ROTATION_LOGIN_FAILED` */
  signIn(password: string): Promise<void>;
}

export interface SecretJson {
  readonly password: string;
  readonly [field: string]: unknown;
}

export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
export type Step = (typeof STEPS)[number];

export interface RotationEvent {
  readonly Step: Step;
  readonly SecretId: string;
  /** Id of the version that is being made. */
  readonly ClientRequestToken: string;
}

/** @throws ProblemError `ROTATION_…`; Secrets Manager then tries again, and the current password stays as it is */
export async function rotate(event: RotationEvent, store: SecretStore, cache: Acceptance): Promise<void> {
  const { Step: step, ClientRequestToken: versionId } = event;
  const versions = await store.versions();
  refuseStrangers(event, versions);
  // A call that came again after everything was done.
  if (labelsOf(versions, versionId).includes('AWSCURRENT')) return;
  switch (step) {
    case 'createSecret':
      return createPending(versionId, store);
    case 'setSecret': {
      const { current, pending } = await bothOf(event, store);
      const isFirst = !Object.values(versions.labels).some((labels) => labels.includes('AWSPREVIOUS'));
      return cache.acceptBoth({ current: current.password, pending: pending.password, isFirst });
    }
    case 'testSecret':
      return cache.signIn((await bothOf(event, store)).pending.password);
    case 'finishSecret':
      return store.makeCurrent(versionId, currentIdOf(event, versions));
  }
}

function refuseStrangers({ SecretId, ClientRequestToken, Step: step }: RotationEvent, versions: SecretVersions): void {
  if (!(STEPS as readonly string[]).includes(step)) {
    const message = `The step of the rotation is "${step}"; allowed are ${STEPS.join(', ')}. Only Secrets Manager calls this function.`;
    throw new ProblemError({ code: 'ROTATION_STEP_UNKNOWN', message });
  }
  if (!versions.rotationEnabled) {
    const message = `Rotation of ${SecretId} is switched off. Switch it on, and let Secrets Manager call this function.`;
    throw new ProblemError({ code: 'ROTATION_OFF', message });
  }
  const labels = labelsOf(versions, ClientRequestToken);
  if (labels.includes('AWSCURRENT') || labels.includes('AWSPENDING')) return;
  // createSecret makes the version that does not exist yet; the later steps must find it.
  if (step === 'createSecret' && labels.length === 0) return;
  const message = `The version ${ClientRequestToken} of ${SecretId} is not the pending one (it has ${labels.join(', ') || 'no label'}), so nothing is done with it. Start the rotation again.`;
  throw new ProblemError({ code: 'ROTATION_VERSION_NOT_PENDING', message });
}

async function createPending(versionId: string, store: SecretStore): Promise<void> {
  const pending = await store.read('AWSPENDING');
  const current = await store.read('AWSCURRENT');
  if (current === undefined) {
    const message =
      'The secret has no current version, so there is nothing that the cache accepts to start from. Deploy the cache first.';
    throw new ProblemError({ code: 'ROTATION_WITHOUT_CURRENT', message });
  }
  const labels = labelsOf(await store.versions(), versionId);
  // A second password under the same version would be refused, and a first that the cache has may already be in use.
  if (pending !== undefined && labels.includes('AWSPENDING')) return;
  await store.putPending(versionId, { ...current, password: await store.newPassword() });
}

async function bothOf({ SecretId }: RotationEvent, store: SecretStore) {
  const [current, pending] = [await store.read('AWSCURRENT'), await store.read('AWSPENDING')];
  if (current !== undefined && pending !== undefined) return { current, pending };
  const message = `${SecretId} has no ${current === undefined ? 'current' : 'pending'} version. Start the rotation again.`;
  throw new ProblemError({ code: 'ROTATION_VERSION_MISSING', message });
}

function labelsOf({ labels }: SecretVersions, versionId: string): readonly string[] {
  return labels[versionId] ?? [];
}

function currentIdOf({ SecretId }: RotationEvent, { labels }: SecretVersions): string {
  const found = Object.entries(labels).find(([, names]) => names.includes('AWSCURRENT'));
  if (found !== undefined) return found[0];
  const message = `${SecretId} has no current version, so the pending one cannot take its place. Start the rotation again.`;
  throw new ProblemError({ code: 'ROTATION_VERSION_MISSING', message });
}
