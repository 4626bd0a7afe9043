/** What a rotation has to do with: a lab, the two APIs in front of it, the application's secret, and the function. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAccepted } from '../../../../lib/aws/functions/rotation/sign-in.ts';
import { STEPS, type Step } from '../../../../lib/aws/functions/rotation/steps.ts';
import { administratorOf } from '../../../../lib/lab/administrator.ts';
import type { Lab } from '../../../../lib/lab/lab.ts';
import type { ConnectionProfile } from '../../../../lib/profile/profile.ts';
import { setPasswords } from '../../../control/elasticache/stand-in/credentials.ts';
import type { ElastiCacheApiStandIn } from '../../../control/elasticache/stand-in/start.ts';
import type { StoredSecret } from '../../secrets-manager/secret.ts';
import type { SecretsManagerStandIn } from '../../secrets-manager/start.ts';
import type { Lambda, LambdaOptions } from '../lambda.ts';

export const SECRET_ID = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop-AbCdEf';

export interface Kind {
  readonly authentication: { readonly kind: 'rbac' } | { readonly kind: 'auth-token' };
  /** Of the function: what it rotates. */
  readonly what: Readonly<Record<string, string>>;
}

export class Deployment {
  readonly lab: Lab;
  readonly first: string;
  readonly kind: Kind;

  constructor(lab: Lab, kind: Kind, first: string) {
    this.lab = lab;
    this.kind = kind;
    this.first = first;
  }

  /** The application reads its secret from a file, into which a test puts what a container platform would. */
  get secretFile(): string {
    return join(this.lab.runDirectory, 'application-secret');
  }

  get profile(): ConnectionProfile {
    const { profile } = this.lab;
    return {
      ...profile,
      authentication: { ...profile.authentication, secret: { kind: 'file', path: this.secretFile } },
    };
  }

  /** As on the day of the deployment. */
  async reset(secrets: SecretsManagerStandIn): Promise<StoredSecret> {
    const secret = secrets.store(SECRET_ID, JSON.stringify({ username: 'application', password: this.first }));
    secret.rotationEnabled = true;
    await setPasswords(this.lab, this.userName, [this.first]);
    writeFileSync(this.secretFile, this.first, { mode: 0o600 });
    return secret;
  }

  lambdaOptions(secrets: SecretsManagerStandIn, api: ElastiCacheApiStandIn): LambdaOptions {
    const { endpoint, tls } = this.lab.profile;
    const [node] = this.lab.nodes();
    return {
      environment: {
        ...secrets.environment,
        AWS_ENDPOINT_URL_ELASTICACHE: api.endpoint,
        CACHE_HOST: endpoint.host,
        CACHE_PORT: String(endpoint.port),
        ...this.kind.what,
      },
      addresses: { [endpoint.host]: node?.host ?? '' },
      certificateAuthorityFile: tls.caFile ?? '',
    };
  }

  /** Of every node. */
  async accepts(password: string): Promise<boolean> {
    const { tls, authentication } = this.lab.profile;
    const certificateAuthority = readFileSync(tls.caFile ?? '', 'utf8');
    const user = authentication.userName === undefined ? {} : { userName: authentication.userName };
    const answers = await Promise.all(
      this.lab
        .nodes()
        .map(({ host, port }) =>
          isAccepted({ host, port, serverName: tls.serverName, certificateAuthority, ...user }, password),
        ),
    );
    if (new Set(answers).size > 1) throw new Error('The nodes do not accept the same.');
    return answers[0] === true;
  }

  /** Every connection of the application is lost, as in a maintenance, and has to sign in again. */
  async dropConnections(): Promise<void> {
    const administrator = administratorOf(this.lab.runDirectory, this.lab.profile.tls.serverName);
    for (const node of this.lab.nodes()) await administrator.ask(node, [['CLIENT', 'KILL', 'USER', this.userName]]);
    administrator.close();
  }

  get userName(): string {
    return this.lab.profile.authentication.userName ?? 'default';
  }
}

/** As Secrets Manager calls it: a version, then each step after the other. @returns the version's id */
export async function rotateBy(lambda: Lambda, secret: StoredSecret, steps: readonly Step[] = STEPS): Promise<string> {
  const versionId = secret.beginRotation();
  for (const step of steps) await lambda.invoke(eventOf(step, versionId));
  return versionId;
}

export function eventOf(step: string, versionId: string) {
  return { Step: step, SecretId: SECRET_ID, ClientRequestToken: versionId };
}

export function passwordOf(secret: StoredSecret, label: string): string {
  return JSON.parse(secret.value({ label }).text).password;
}
