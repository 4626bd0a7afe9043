/** How a rotation is asked for: written by the component, read by the command. */
import { MANAGEMENT_ENDPOINT } from '../management-api.ts';

/** How long clients are given to take up a key before the former one may go, hours. */
export const MINIMUM_AGE_HOURS = { default: 24, min: 0, max: 8_760 } as const;

export interface RotationOptions {
  /** Resource id of the cluster. */
  readonly cluster: string;
  /** `https://NAME.vault.azure.net` */
  readonly vault: string;
  readonly secret: string;
  readonly minimumAgeHours: number;
  readonly azureEndpoint: string;
}

/** Arguments of the runner. */
export function rotationArguments(options: RotationOptions): string[] {
  const { cluster, vault, secret, minimumAgeHours, azureEndpoint } = options;
  const endpoint = azureEndpoint === MANAGEMENT_ENDPOINT ? [] : ['--azure-endpoint', azureEndpoint];
  const age = ['--minimum-age-hours', String(minimumAgeHours)];
  return ['rotate-key', '--cluster', cluster, '--vault', vault, '--secret', secret, ...age, ...endpoint];
}
