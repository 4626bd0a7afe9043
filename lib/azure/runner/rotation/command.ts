/**
 * Rotates the access key of one database, in a container in Azure:
 *
 *   redoubt-azure-runner rotate-key --cluster RESOURCE_ID --vault https://NAME.vault.azure.net --secret NAME
 *     [--minimum-age-hours 24] [--azure-endpoint URL]
 *
 * The profile comes from the variables that a component has set: the new key is tried at its endpoint before anybody gets it. ARM
 * and the vault are asked with the identity AZURE_CLIENT_ID. No key is printed, and none is among the arguments.
 */
import { parseArgs } from 'node:util';
import { EXIT } from '../../../base/exit-codes.ts';
import { ProblemError, problemLine } from '../../../base/problem.ts';
import { listKeys, regenerateKey } from '../../../control/azure/access-keys.ts';
import type { Api } from '../../../control/azure/api.ts';
import { armOf } from '../../../control/azure/arm.ts';
import { isAtRest, waitForState } from '../../../control/azure/operations/state.ts';
import { signedInToken } from '../../../control/azure/token.ts';
import { profileFromEnvironment } from '../../../profile/environment.ts';
import { KEY_VAULT_URL } from '../../../profile/profile.ts';
import { readVaultSecret, vaultTokens, writeVaultSecret } from '../../../profile/tokens/key-vault.ts';
import { parseResourceId } from '../../../topology/azure-resource-id.ts';
import { MANAGEMENT_ENDPOINT } from '../management-api.ts';
import { MINIMUM_AGE_HOURS, type RotationOptions } from './arguments.ts';
import { type RotationPorts, rotate } from './rotate.ts';
import { signInWith } from './sign-in.ts';

/** Another change of the database may be running: scaling takes long, and a rotation can wait. */
const AT_REST_MS = 1_800_000;
const OPERATION_MS = 900_000;
const POLL_EVERY_MS = 2_000;
const SIGN_IN = { timeoutMs: 180_000, everyMs: 2_000 };

type Environment = Readonly<Record<string, string | undefined>>;

/** @returns the exit code: 0 for done and for nothing to do, 1 for a rotation that failed; sentences go to standard error */
export async function rotateKey(args: readonly string[], environment: Environment): Promise<number> {
  const options = optionsOrThrow(args);
  const stopping = new AbortController();
  const stop = () =>
    stopping.abort(
      new ProblemError({
        code: 'KEY_ROTATION_INTERRUPTED',
        message: 'The rotation was stopped from outside. The next run begins with what is there.',
      }),
    );
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  try {
    const done = await rotate(portsOf(options, environment, stopping.signal), options.minimumAgeHours * 3_600_000);
    say(done);
    return EXIT.pass;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    error.problems.map(problemLine).forEach(say);
    return EXIT.fail;
  } finally {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, stop);
  }
}

function portsOf(options: RotationOptions, environment: Environment, signal: AbortSignal): RotationPorts {
  const { cluster, vault: vaultUrl, secret: secretName, azureEndpoint } = options;
  const profile = profileFromEnvironment(environment);
  const api = apiOf(cluster, azureEndpoint);
  const { AZURE_CLIENT_ID: clientId } = environment;
  const identity = clientId === undefined ? {} : { managedIdentityClientId: clientId };
  const place = { vaultUrl, secretName, token: vaultTokens({ vaultUrl, ...identity }) };
  return {
    readKeys: async () => {
      const what = `${api.arm.subject} to be at rest`;
      const { database } = await waitForState(api, { what, until: isAtRest, timeoutMs: AT_REST_MS, signal });
      if (database.properties?.accessKeysAuthentication !== 'Enabled') throw keysOff(api);
      return listKeys(api, signal);
    },
    regenerate: async (key) => void (await (await regenerateKey(api, key)).completed(signal)),
    readVault: () => readVaultSecret(place),
    writeVault: (version) => writeVaultSecret(place, version),
    signIn: (key) => signInWith(profile, key, SIGN_IN),
    nowEpochMs: Date.now,
    log: say,
  };
}

function apiOf(cluster: string, endpoint: string): Api {
  const id = parseResourceId(cluster);
  const subject = `Azure Managed Redis "${id.clusterName}" in resource group "${id.resourceGroupName}"`;
  const longRunning = { operationTimeoutMs: OPERATION_MS, pollEveryMs: POLL_EVERY_MS };
  return { arm: armOf({ endpoint, token: signedInToken(endpoint), subject }), id, longRunning };
}

function keysOff({ arm }: Api): ProblemError {
  const message = `Access-key authentication of the ${arm.subject} is off, so there is no key to rotate. Switch it on (\`accessKeys\` of the component), or remove the rotation.`;
  return new ProblemError({ code: 'KEY_ROTATION_KEYS_OFF', message });
}

function optionsOrThrow(args: readonly string[]): RotationOptions {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { cluster: text, vault: text, secret: text, 'minimum-age-hours': text, 'azure-endpoint': text },
    });
    const { cluster, vault, secret } = values;
    if (cluster === undefined || vault === undefined || secret === undefined)
      throw new Error('--cluster, --vault and --secret are needed');
    if (!KEY_VAULT_URL.test(vault))
      throw new Error(`--vault is "${vault}", and the address of a Key Vault is https://NAME.vault.azure.net`);
    const hours = Number(values['minimum-age-hours'] ?? MINIMUM_AGE_HOURS.default);
    if (!(hours >= MINIMUM_AGE_HOURS.min && hours <= MINIMUM_AGE_HOURS.max))
      throw new Error(`--minimum-age-hours is from ${MINIMUM_AGE_HOURS.min} to ${MINIMUM_AGE_HOURS.max}`);
    const azureEndpoint = values['azure-endpoint'] ?? MANAGEMENT_ENDPOINT;
    return { cluster, vault, secret, minimumAgeHours: hours, azureEndpoint };
  } catch (error) {
    const reason = (error as Error).message.replace(/[.\s]*$/, '');
    throw new ProblemError({ code: 'RUNNER_USAGE', message: `rotate-key cannot be run: ${reason}.` });
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
