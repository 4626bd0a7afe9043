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
