/** A token of the container's managed identity. The library is a peer that may be left out, so it is loaded where it is needed. */
import { ProblemError } from '../../base/problem.ts';

/** https://learn.microsoft.com/azure/redis/entra-for-authentication */
export const REDIS_SCOPE = 'https://redis.azure.com/.default';
export const STORAGE_SCOPE = 'https://storage.azure.com/.default';

/** @throws ProblemError `AZURE_IDENTITY_MISSING`, `IDENTITY_TOKEN_REFUSED` */
export async function identityToken(scope: string, clientId: string | undefined): Promise<string> {
  const { ManagedIdentityCredential } = await library();
  try {
    const credential = new ManagedIdentityCredential(clientId === undefined ? {} : { clientId });
    return (await credential.getToken(scope)).token;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    const message = `The managed identity ${clientId ?? 'of this container'} gets no token for ${scope}: ${reason} Give the container that user-assigned identity, and its client id in AZURE_CLIENT_ID.`;
    throw new ProblemError({ code: 'IDENTITY_TOKEN_REFUSED', message }, { cause: error });
  }
}

async function library() {
  try {
    return await import('@azure/identity');
  } catch (error) {
    const message =
      'The library @azure/identity is not installed, and tokens of a managed identity come from there. Install it beside redoubt: npm install @azure/identity.';
    throw new ProblemError({ code: 'AZURE_IDENTITY_MISSING', message }, { cause: error });
  }
}
