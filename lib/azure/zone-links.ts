/** Which networks resolve names of a private zone. Links are called after their network: one that goes takes no other link with it. */
import type { PrivateZone } from '@pulumi/azure-native/privatedns/privateZone.js';
import { VirtualNetworkLink } from '@pulumi/azure-native/privatedns/virtualNetworkLink.js';
import type { Input } from '@pulumi/pulumi';
import type { LinkedNetworks } from './arguments.ts';
import type { Placement } from './placement.ts';
import { shortDigestOf } from './stable-names.ts';

interface NamedNetwork {
  readonly name: string;
  readonly id: Input<string>;
}

/** The service allows 80 characters for a link; the component, `-zone-link-` and Pulumi's own ending need theirs. */
const NETWORK_NAME_LENGTH = 20;

export function createZoneLinks(
  { name, parent, resourceGroupName, tags }: Placement,
  zone: PrivateZone,
  { zoneName, networks }: { readonly zoneName: string; readonly networks: LinkedNetworks },
): void {
  namedNetworks(networks).forEach((network, index) => {
    const placeInList = `${name}-zone-link-${index}`;
    const linkName = `${name}-zone-link-${network.name}`;
    new VirtualNetworkLink(
      linkName,
      {
        privateZoneName: zoneName,
        resourceGroupName,
        location: 'Global',
        registrationEnabled: false,
        virtualNetwork: { id: network.id },
        tags,
      },
      // Links used to be called after their place in the list.
      { parent, dependsOn: [zone], ...(linkName === placeInList ? {} : { aliases: [{ name: placeInList }] }) },
    );
  });
}

/** A name that is the same in every deployment, wherever the network stands; of an output, only its place is known beforehand. */
export function namedNetworks(networks: LinkedNetworks): NamedNetwork[] {
  if (!isList(networks)) return Object.entries(networks).map(([name, id]) => ({ name, id }));
  return networks.map((id, index) => ({ name: typeof id === 'string' ? nameOf(id) : String(index), id }));
}

/** Networks of the same name may be in several groups: a digest of the whole id keeps them apart. ARM has ids in any case. */
function nameOf(networkId: string): string {
  const last = networkId.split('/').at(-1) ?? '';
  return `${last.slice(0, NETWORK_NAME_LENGTH)}-${shortDigestOf(networkId.toLowerCase())}`;
}

function isList(networks: LinkedNetworks): networks is readonly Input<string>[] {
  return Array.isArray(networks);
}
