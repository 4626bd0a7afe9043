/** Options that say more about something that is not named: they would be ignored, and somebody has meant something by them. */
import type { Problem } from '../lib/base/problem.ts';
import type { FormName } from '../lib/report/forms.ts';
import type { ControlPlaneValues } from './control-planes.ts';
import { UsageError } from './failure.ts';
import type { TargetValues } from './target-options.ts';

/** Of `drill` and `drift`. @throws UsageError `REGION_WITHOUT_GROUP`, `AZURE_ENDPOINT_WITHOUT_AZURE`, all at once */
export function refuseCloudDetails({
  aws,
  azure,
  region,
  azureEndpoint,
}: Pick<ControlPlaneValues, 'aws' | 'azure' | 'region' | 'azureEndpoint'>): void {
  throwIfAny([
    ...(region === undefined || aws !== undefined
      ? []
      : [
          {
            code: 'REGION_WITHOUT_GROUP',
            message: `--region ${region} says where a replication group is, and none is named. Give --aws GROUP as well.`,
          },
        ]),
    ...(azureEndpoint === undefined || azure !== undefined
      ? []
      : [
          {
            code: 'AZURE_ENDPOINT_WITHOUT_AZURE',
            message: `--azure-endpoint ${azureEndpoint} says where Azure Resource Manager is, and nothing in Azure is named. Give --azure RESOURCE_ID as well.`,
          },
        ]),
  ]);
}

/** Of `drill`. @throws UsageError `MEANT_WITHOUT_CLOUD` */
export function refuseMeantForNothing({
  aws,
  azure,
  iMean,
}: Pick<ControlPlaneValues, 'aws' | 'azure'> & { readonly iMean?: string }): void {
  if (iMean === undefined || aws !== undefined || azure !== undefined) return;
  const message = `--i-mean ${iMean} says that what a cloud is asked for is meant, and no cloud is asked for anything here. Leave it out, or give --aws GROUP or --azure RESOURCE_ID.`;
  throw new UsageError({ code: 'MEANT_WITHOUT_CLOUD', message });
}

/**
 * Of `drill`: a plan is text, and a program that reads another form must not be given it. `--report` may stay: people add `--plan` to
 * the whole command that they are about to run. @throws UsageError `PLAN_IS_TEXT`
 */
export function refuseFormOfPlan({ plan, format }: { readonly plan?: true; readonly format: FormName }): void {
  if (plan !== true || format === 'text') return;
  const message = `--format ${format} asks for a result, and --plan does nothing that has one: it is text for a person to read. Leave one of them out.`;
  throw new UsageError({ code: 'PLAN_IS_TEXT', message });
}

/** Of `drill`, `profile` and `verify`. @throws UsageError `BASE_DIRECTORY_WITHOUT_LAB` */
export function refuseUnusedBaseDirectory({
  baseDirectory,
  profile,
  fromEnvironment,
}: TargetValues & { readonly baseDirectory?: string }): void {
  if (baseDirectory === undefined || (profile === undefined && fromEnvironment !== true)) return;
  const named = profile === undefined ? '--from-environment' : `--profile ${profile}`;
  const message = `--base-directory ${baseDirectory} says where labs are looked for, and ${named} names the deployment already. Leave one of them out.`;
  throw new UsageError({ code: 'BASE_DIRECTORY_WITHOUT_LAB', message });
}

function throwIfAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new UsageError(problems);
}
