import { loadDeployment, tryDeploymentNamed } from '../deployments/index.ts';
import { type Budgets, budgetsSchema } from '../lib/topology/deployment.ts';
import { asInput } from './failure.ts';

/** Of the shipped deployment; one that is not shipped, of which only the profile is known here, gets the defaults. */
export function budgetsFor(deployment: string): Budgets {
  return tryDeploymentNamed(deployment)?.budgets ?? budgetsSchema.parse({});
}

/** Of the deployment that was named, by name or file, and otherwise of the one that has the profile's name. */
export async function chosenBudgets(named: string | undefined, deployment: string): Promise<Budgets> {
  return named === undefined ? budgetsFor(deployment) : (await asInput(() => loadDeployment(named))).budgets;
}
