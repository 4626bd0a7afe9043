/** What usually is wrong when a token that was made in order is refused. */
import type { ConnectionProfile } from '../profile/profile.ts';

/** An imperative without its full stop; undefined for a password. */
export function loginAdvice({ authentication: { secret, userName } }: ConnectionProfile): string | undefined {
  switch (secret.kind) {
    case 'aws-iam':
      return `check that the user ${secret.userId} is of type IAM and in the cache's user group, that this process may elasticache:Connect to both ${secret.serverless ? 'serverlesscache' : 'replicationgroup'}:${secret.cacheName} and user:${secret.userId}`;
    case 'azure-entra':
      return `check that ${userName} is the object id of the identity that this process has, that it is a user of the database`;
    default:
      return undefined;
  }
}
