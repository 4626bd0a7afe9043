/**
 * What a `ManagedRedis` was given beside its topology, and which cluster came of it: an output of the stack, so that `redoubt drift`
 * can compare that too. It holds no secret.
 */
import { z } from 'zod';
import type { Problem } from '../base/problem.ts';
import { tryParseResourceId } from './azure-resource-id.ts';
import { checkInput } from './input/check-input.ts';

/** Nothing is compared with what is left out. */
export const azureDeclaredSchema = z.strictObject({
  /** Resource id of the cluster. */
  clusterId: z
    .string()
    .refine((id) => tryParseResourceId(id) !== undefined)
    .describe(
      'the resource id of the cluster: /subscriptions/ID/resourceGroups/NAME/providers/Microsoft.Cache/redisEnterprise/NAME',
    ),
  accessKeys: z.boolean().optional(),
  publicNetworkAccess: z.boolean().optional(),
  /** The versioned URL of the key, or null for Microsoft's own key. */
  encryptionKeyUrl: z.string().nullable().optional(),
  /** Everybody who may sign in with Microsoft Entra, and nobody else. */
  users: z
    .array(
      z.strictObject({
        objectId: z.string(),
        /** In the words of Redis' ACL. Left out: what they may do is not compared. */
        accessString: z.string().optional(),
      }),
    )
    .optional(),
});

export type AzureDeclared = Readonly<z.infer<typeof azureDeclaredSchema>>;

export type AzureDeclaredResult = { readonly declared: AzureDeclared } | { readonly problems: readonly Problem[] };

/** Never throws, whatever the input is. */
export function parseAzureDeclared(input: unknown): AzureDeclaredResult {
  const { value, problems } = checkInput(azureDeclaredSchema, input);
  return value === undefined ? { problems } : { declared: value };
}
