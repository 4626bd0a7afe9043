import { tryDeploymentNamed } from '../deployments/index.ts';
import { type Budgets, budgetsSchema } from '../lib/topology/deployment.ts';

/** Of the shipped deployment; one that is not shipped, of which only the profile is known here, gets the defaults. */
export function budgetsFor(deployment: string): Budgets {
  return tryDeploymentNamed(deployment)?.budgets ?? budgetsSchema.parse({});
}
