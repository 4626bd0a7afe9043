/** A token for ARM, from whatever login the identity library finds. It is an optional peer, so it is loaded where it is needed. */
import { ProblemError } from '../../base/problem.ts';

export type TokenSource = () => Promise<string>;

type IdentityLibrary = Pick<typeof import('@azure/identity'), 'DefaultAzureCredential'>;

/**
 * @param endpoint of ARM: the token is for that cloud's ARM and for nothing else
 * @returns throws ProblemError `AZURE_IDENTITY_MISSING`, `AZURE_NOT_SIGNED_IN`. The library keeps a token until it expires.
 */
export function signedInToken(
  endpoint: string,
  load: () => Promise<IdentityLibrary> = () => import('@azure/identity'),
): TokenSource {
  const scope = new URL('/.default', endpoint).href;
  let credential: InstanceType<IdentityLibrary['DefaultAzureCredential']> | undefined;
  return async () => {
    credential ??= new (await library(load)).DefaultAzureCredential();
    try {
      return (await credential.getToken(scope)).token;
    } catch (error) {
      const said = (error as Error).message.split('\n', 1)[0];
      const message = `Asking Azure needs a login, and none was found: ${said} Sign in (\`az login\`), set AZURE_CLIENT_ID, AZURE_TENANT_ID and a secret or certificate, or run where there is a managed identity.`;
      throw new ProblemError({ code: 'AZURE_NOT_SIGNED_IN', message }, { cause: error });
    }
  };
}

async function library(load: () => Promise<IdentityLibrary>): Promise<IdentityLibrary> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const message =
      'Asking Azure needs the library @azure/identity, which is not installed: npm install @azure/identity, next to redoubt.';
    throw new ProblemError({ code: 'AZURE_IDENTITY_MISSING', message }, { cause: error });
  }
}
