/** Where the parts of one component go. */
import type { Input, Output, Resource } from '@pulumi/pulumi';

/** Something that is there, by its resource id: made here or by somebody else. */
export interface Deployed {
  readonly id: Output<string>;
}

export interface Placement {
  /** Of the component; its parts are called after it. */
  readonly name: string;
  readonly parent: Resource;
  readonly resourceGroupName: Input<string>;
  /** Undefined: the region of the resource group. */
  readonly location: Input<string> | undefined;
  readonly tags: Record<string, Input<string>>;
}

/** What every component is given of it. */
export interface PlacementArgs {
  readonly resourceGroupName: Input<string>;
  readonly location?: Input<string>;
  readonly tags?: Readonly<Record<string, Input<string>>>;
}

export function placementOf(
  name: string,
  parent: Resource,
  { resourceGroupName, location, tags }: PlacementArgs,
): Placement {
  return { name, parent, resourceGroupName, location, tags: { ...tags } };
}
