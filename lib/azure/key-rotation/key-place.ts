/** Where the access key of a database is, by name and by address. */
import { type Output, output } from '@pulumi/pulumi';
import type { AccessKeyStore } from '../arguments.ts';

export function secretNameOf({ secretName }: AccessKeyStore, clusterName: string): string {
  return secretName ?? `${clusterName}-primary-key`;
}

/** `https://NAME.vault.azure.net`, unless another cloud's is given. */
export function vaultUrlOf({ vaultName, vaultUrl }: AccessKeyStore): Output<string> {
  return vaultUrl === undefined
    ? output(vaultName).apply((name) => `https://${name}.vault.azure.net`)
    : output(vaultUrl).apply((url) => url.replace(/\/$/, ''));
}
