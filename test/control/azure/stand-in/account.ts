/** What ARM would remember: the resources, what is being changed, and what a test has told it to do. */
import type {
  AccessPolicyAssignment,
  Cluster,
  Database,
  HealthEvent,
  PrivateEndpointConnection,
} from '../../../../lib/control/azure/description.ts';
import type { Lab } from '../../../../lib/lab/lab.ts';
import { type AzureResourceId, isSameId } from '../../../../lib/topology/azure-resource-id.ts';
import type { Draft } from '../../../verify/healthy.ts';
import { conflict } from './fault.ts';

export interface Operation {
  readonly id: string;
  readonly startTime: string;
  status: 'InProgress' | 'Succeeded' | 'Failed';
  error?: { readonly code: string; readonly message: string };
}

/** What becomes of the next change that is accepted. `hangs`: it never ends. */
export type Fate = 'fails' | 'hangs';

export interface AccessKeys {
  primaryKey: string;
  secondaryKey: string;
}

export interface Account {
  readonly lab: Lab;
  readonly id: AzureResourceId;
  readonly cluster: Draft<Cluster>;
  readonly database: Draft<Database>;
  /** Other members of a geo-replication group: they exist for the API only. */
  readonly peers: readonly Draft<Database>[];
  readonly keys: AccessKeys;
  readonly assignments: AccessPolicyAssignment[];
  readonly endpoints: PrivateEndpointConnection[];
  readonly healthEvents: readonly HealthEvent[];
  readonly operations: Map<string, Operation>;
  readonly fates: Fate[];
  /** Ends the background work of a stand-in that is closed. */
  readonly closing: AbortSignal;
  /** Whatever runs in the background; each ends by itself or by `closing`. */
  readonly work: Set<Promise<void>>;
}

export function databaseOf({ database, peers }: Account, id: string): Draft<Database> | undefined {
  return [database, ...peers].find((candidate) => isSameId(candidate.id ?? '', id));
}

interface Change {
  readonly resource: Draft<Cluster> | Draft<Database>;
  /** What the resource says meanwhile, and what it says when it fails. */
  readonly during: 'Updating' | 'Scaling';
  readonly make: () => Promise<void> | void;
}

/** Accepts a change and makes it in the background, as the service does. @throws ArmFault 409 while another one runs */
export function begin(account: Account, { resource, during, make }: Change): Operation {
  const resources = [account.cluster, account.database];
  if (resources.some(({ properties }) => properties?.provisioningState === 'Updating')) throw conflict();
  const operation: Operation = { id: crypto.randomUUID(), startTime: new Date().toISOString(), status: 'InProgress' };
  account.operations.set(operation.id, operation);
  const say = (provisioningState: string, resourceState: string) => {
    resource.properties = { ...resource.properties, provisioningState, resourceState };
  };
  say('Updating', during);
  const fate = account.fates.shift();
  if (fate === 'hangs') return operation;
  const work = (async () => {
    // Nobody sees a change in the answer to its own request.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      if (fate === 'fails') throw new Error('No capacity is left in the zone.');
      await make();
      say('Succeeded', 'Running');
      operation.status = 'Succeeded';
    } catch (error) {
      say('Failed', during === 'Scaling' ? 'ScalingFailed' : 'UpdateFailed');
      operation.error = { code: 'OperationFailed', message: (error as Error).message };
      operation.status = 'Failed';
      if (fate === undefined) throw error;
    }
  })();
  account.work.add(work);
  // Kept when it fails, for `idle` to tell.
  void work.then(
    () => account.work.delete(work),
    () => undefined,
  );
  return operation;
}
