/**
 * The control plane of one Azure Managed Redis: compares it with its topology, and disturbs it as far as Azure lets anybody. Over ARM's REST API, because the npm management
 * library predates the service; the login is found by @azure/identity, which is an optional peer.
 */
import { ProblemError } from '../../base/problem.ts';
import type { AzureManagedRedisTopology } from '../../topology/azure-managed-redis.ts';
import { parseResourceId } from '../../topology/azure-resource-id.ts';
import type { Topology } from '../../topology/topology.ts';
import type { ControlPlane } from '../control-plane.ts';
import { API_VERSION, type Api, describe, WHOLE_RESOURCE_API_VERSION } from './api.ts';
import { armOf } from './arm.ts';
import { compareDatabase } from './compare.ts';
import type { AzureExpectations } from './field.ts';
import type { LongRunningOptions } from './long-running.ts';
import { accessKeyToggle } from './operations/access-key-toggle.ts';
import { geoUnlink } from './operations/geo-unlink.ts';
import type { SignIn } from './operations/preconditions.ts';
import { skuRoundTrip } from './operations/sku-round-trip.ts';
import { versionUpgrade } from './operations/version-upgrade.ts';
import { signedInToken, type TokenSource } from './token.ts';

export interface AzureControlPlaneOptions extends LongRunningOptions {
  /** Of the cluster or of its database. */
  readonly resourceId: string;
  /** Of ARM. Default: Azure's public cloud. Others: https://management.usgovcloudapi.net, https://management.chinacloudapi.cn, a stand-in. */
  readonly endpoint?: string;
  /** Default: whatever login @azure/identity finds. */
  readonly token?: TokenSource;
  /** What the database was given beside its topology, to be compared as well. */
  readonly expected?: AzureExpectations;
  /** How the clients that matter sign in: keys that they need are not switched off. Default: not known. */
  readonly signIn?: SignIn;
}

export const AZURE_ENDPOINT = 'https://management.azure.com';

/** @throws ProblemError `AZURE_RESOURCE_ID_INVALID`; every call of what it returns may throw ProblemError (codes in faults.ts and token.ts) */
export function azureControlPlane(options: AzureControlPlaneOptions): ControlPlane {
  const { resourceId, endpoint = AZURE_ENDPOINT, token = signedInToken(endpoint), expected = {} } = options;
  const id = parseResourceId(resourceId);
  const subject = `Azure Managed Redis "${id.clusterName}" in resource group "${id.resourceGroupName}"`;
  const api: Api = { arm: armOf({ endpoint, token, subject }), id, longRunning: options };
  return {
    subject,
    compare: async ({ topology, observation }, signal) => {
      const declared = expectAzure(topology, subject);
      const description = await describe(
        api,
        { apiVersion: apiVersionFor(declared, expected), now: new Date() },
        signal,
      );
      const seen = observation === undefined ? {} : { observation };
      return compareDatabase({ topology: declared, expected, description, ...seen });
    },
    // From cheap to costly.
    operations: [accessKeyToggle(api, options.signIn), skuRoundTrip(api), geoUnlink(api), versionUpgrade(api)],
  };
}

/** A newer one only where something is declared that the usual one does not show. */
function apiVersionFor(
  { maintenanceWindows, keyspaceEvents }: AzureManagedRedisTopology,
  { users = [] }: AzureExpectations,
): string {
  const hasStrings = users.some(({ accessString }) => accessString !== undefined);
  return maintenanceWindows.length > 0 || keyspaceEvents !== '' || hasStrings
    ? WHOLE_RESOURCE_API_VERSION
    : API_VERSION;
}

function expectAzure(topology: Topology, subject: string): AzureManagedRedisTopology {
  if (topology.platform === 'azure-managed-redis') return topology;
  const message = `The topology "${topology.name}" is of platform ${topology.platform}, and ${subject} is not. Give the topology that it was deployed from.`;
  throw new ProblemError({ code: 'CONTROL_OTHER_PLATFORM', message });
}
