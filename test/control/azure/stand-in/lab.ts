/** Labs of Azure for the control plane's tests, with the stand-in in front of them. */
import { type AzureControlPlaneOptions, azureControlPlane } from '../../../../lib/control/azure/control-plane.ts';
import type { OperationContext } from '../../../../lib/control/control-plane.ts';
import type { Lab } from '../../../../lib/lab/lab.ts';
import type { AzureManagedRedisInput } from '../../../../lib/topology/azure-managed-redis-input.ts';
import type { Topology } from '../../../../lib/topology/topology.ts';
import { startTestLab } from '../../../lab/support/lab.ts';
import type { AzureApiStandIn } from './start.ts';

export const USER = '6497c918-11ad-41e7-8b0f-7c518a87d0b0';

export function startAzureLab(changes: Partial<AzureManagedRedisInput> = {}): Promise<Lab> {
  return startTestLab({
    platform: 'azure-managed-redis',
    name: 'orders',
    clusteringPolicy: 'OSSCluster',
    sku: 'Balanced_B5',
    shardCount: 2,
    authentication: { kind: 'entra', objectId: USER },
    ...changes,
  });
}

/** Where the usual port is taken the lab is on another one, which is no drift of the deployment. */
export function topologyWithPort(lab: Lab): Topology {
  return { ...lab.topology, port: lab.profile.endpoint.port } as Topology;
}

/** Impatient, because nothing here takes minutes. */
export function controlPlaneOf(standIn: AzureApiStandIn, options: Partial<AzureControlPlaneOptions> = {}) {
  const { endpoint, resourceId, token } = standIn;
  const given = { endpoint, resourceId, token, pollEveryMs: 20, operationTimeoutMs: 60_000, healTimeoutMs: 60_000 };
  const controlPlane = azureControlPlane({ ...given, ...options });
  return {
    controlPlane,
    operation: (name: string) => {
      const found = controlPlane.operations.find((operation) => operation.name === name);
      if (found === undefined) throw new Error(`There is no operation ${name}.`);
      return found;
    },
  };
}

export interface Timeline {
  readonly context: OperationContext;
  readonly steps: { readonly what: string; evidence?: string }[];
  readonly notes: string[];
}

/** @param onStep called when a step has been accepted */
export function timeline(signal: AbortSignal, onStep: (place: number) => void = () => {}): Timeline {
  const steps: { what: string; evidence?: string }[] = [];
  const notes: string[] = [];
  const context: OperationContext = {
    signal,
    event: (_kind, text) => void notes.push(text),
    step: (what) => {
      const step: { what: string; evidence?: string } = { what };
      onStep(steps.push(step));
      return (evidence) => {
        step.evidence = evidence;
      };
    },
  };
  return { context, steps, notes };
}
