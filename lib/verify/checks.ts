/** Every check, in the order of a report: from reaching the server to what an application does there. */
import type { Check } from './check.ts';
import { adminCommandsRefused } from './checks/admin-commands-refused.ts';
import { announcedEndpointsReachable } from './checks/announced-endpoints-reachable.ts';
import { clientMode } from './checks/client-mode.ts';
import { clusterState } from './checks/cluster-state.ts';
import { credentialRequired } from './checks/credential-required.ts';
import { crossSlot } from './checks/cross-slot.ts';
import { endpointRoles } from './checks/endpoint-roles.ts';
import { engineVersion } from './checks/engine-version.ts';
import { hashTaggedLua } from './checks/hash-tagged-lua.ts';
import { noFailingNodes } from './checks/no-failing-nodes.ts';
import { noOpenSlots } from './checks/no-open-slots.ts';
import { plaintextRefused } from './checks/plaintext-refused.ts';
import { reachability } from './checks/reachability.ts';
import { replicaReads } from './checks/replica-reads.ts';
import { replicasInSync } from './checks/replicas-in-sync.ts';
import { replicasPerShard } from './checks/replicas-per-shard.ts';
import { sameView } from './checks/same-view.ts';
import { shardCount } from './checks/shard-count.ts';
import { slotCoverage } from './checks/slot-coverage.ts';
import { tlsChain } from './checks/tls-chain.ts';
import { tlsExpiry } from './checks/tls-expiry.ts';
import { tlsMinimumVersion } from './checks/tls-minimum-version.ts';
import { tlsName } from './checks/tls-name.ts';
import { viewsReadable } from './checks/views-readable.ts';
import { writesRefused } from './checks/writes-refused.ts';
import { wrongCredentialRefused } from './checks/wrong-credential-refused.ts';

export const CHECKS: readonly Check[] = [
  reachability,
  tlsChain,
  tlsName,
  tlsExpiry,
  tlsMinimumVersion,
  plaintextRefused,
  credentialRequired,
  wrongCredentialRefused,
  adminCommandsRefused,
  clientMode,
  engineVersion,
  viewsReadable,
  clusterState,
  slotCoverage,
  shardCount,
  endpointRoles,
  replicasPerShard,
  replicasInSync,
  replicaReads,
  sameView,
  noOpenSlots,
  noFailingNodes,
  announcedEndpointsReachable,
  hashTaggedLua,
  crossSlot,
  writesRefused,
];
