/** Where the parts of one `ManagedRedis` go. */
import type { Input, Resource } from '@pulumi/pulumi';

export interface Placement {
  /** Of the component; its parts are called after it. */
  readonly name: string;
  readonly parent: Resource;
  readonly resourceGroupName: Input<string>;
  /** Undefined: the region of the resource group. */
  readonly location: Input<string> | undefined;
  readonly tags: Record<string, Input<string>>;
}
