/** Where the access key of a database is, by name and by address. */
import { type Output, output } from '@pulumi/pulumi';
import type { AccessKeyStore } from '../arguments.ts';

/** A secret of a Key Vault, whoever puts the key there. */
export type KeyPlace = Pick<AccessKeyStore, 'vaultName' | 'vaultUrl' | 'secretName'>;

export function secretNameOf({ secretName }: KeyPlace, clusterName: string): string {
  return secretName ?? `${clusterName}-primary-key`;
}

/** `https://NAME.vault.azure.net`, unless another cloud's is given. */
export function vaultUrlOf({ vaultName, vaultUrl }: KeyPlace): Output<string> {
  return vaultUrl === undefined
    ? output(vaultName).apply((name) => `https://${name}.vault.azure.net`)
    : output(vaultUrl).apply((url) => url.replace(/\/$/, ''));
}
