/** From which registry the image comes, and that the identity may pull it from there. */
import { RoleAssignment } from '@pulumi/azure-native/authorization/roleAssignment.js';
import { all, type Input, type Output, output, Resource } from '@pulumi/pulumi';
import { registryHostOf } from './runner/image.ts';
import type { RunnerArgs } from './runner/runner.ts';
import { guidOf } from './stable-names.ts';

/** https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers#acrpull */
const ACR_PULL = '7f951dda-4ed3-4680-a7ca-43fe172d538d';

export interface RegistryAccess {
  /** Login server, for whoever pulls; undefined: anybody may. */
  readonly server: Input<string> | undefined;
  /** What must be there before the image can be pulled. */
  readonly ready: readonly Resource[];
}

type Pulling = Pick<RunnerArgs, 'image' | 'registryServer' | 'registryId' | 'identity'>;

/** @param name of the component, after which the role is called where the identity has no name of its own */
export function registryAccess(name: string, args: Pulling): RegistryAccess {
  const { registryServer, registryId, identity } = args;
  if (registryId === undefined) return { server: registryServer, ready: [] };
  const server: Input<string> = registryServer ?? loginServerOf(args);
  return { server, ready: [pullRole(name, identity, registryId)] };
}

function loginServerOf({ image }: Pulling): Output<string> {
  // A rule refuses an image without one, as far as it is known.
  return output(image).apply((text) => registryHostOf(text) ?? '');
}

interface Granted {
  readonly registryId: Input<string>;
  readonly role: RoleAssignment;
}

/** A second assignment of the same role is refused by the service, so whoever asks first makes it for all. */
const GRANTED = new WeakMap<RunnerArgs['identity'], Granted[]>();

function pullRole(name: string, identity: RunnerArgs['identity'], registryId: Input<string>): RoleAssignment {
  const granted = GRANTED.get(identity) ?? [];
  const earlier = granted.find((one) => isSame(one.registryId, registryId));
  if (earlier !== undefined) return earlier.role;
  // Called after the identity and not after the component, which may go while another one still pulls.
  const role = new RoleAssignment(
    `${nameOf(identity) ?? name}-pull${granted.length === 0 ? '' : `-${granted.length}`}`,
    {
      roleAssignmentName: all([registryId, identity.principalId]).apply(([id, principal]) =>
        guidOf(id.toLowerCase(), principal, 'AcrPull'),
      ),
      scope: registryId,
      roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${ACR_PULL}`,
      principalId: identity.principalId,
      principalType: 'ServicePrincipal',
    },
    Resource.isInstance(identity) ? { parent: identity } : {},
  );
  GRANTED.set(identity, [...granted, { registryId, role }]);
  return role;
}

/** Texts by what they say; of outputs it is known only that they are the same one. */
function isSame(one: Input<string>, other: Input<string>): boolean {
  return typeof one === 'string' && typeof other === 'string'
    ? one.toLowerCase() === other.toLowerCase()
    : one === other;
}

/** Pulumi keeps it on every resource, and has no type for it. */
function nameOf(identity: object): string | undefined {
  return (identity as { readonly __name?: string }).__name;
}
