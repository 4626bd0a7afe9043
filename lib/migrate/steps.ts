/** What is done before the data is moved, and after: as commands with this cache's names in them. What is in capitals is left to whoever migrates. */
import { groupOf, newIdOf, word } from './commands.ts';
import { changesInPlace, type OldCache } from './old-cache.ts';
import type { StackSetting } from './setting.ts';
import type { Target } from './target.ts';

export interface Step {
  readonly title: string;
  /** A sentence or two: what it does, and what it costs. */
  readonly message: string;
  readonly commands: readonly string[];
}

export interface StepsOf {
  readonly cache: OldCache;
  readonly target: Target;
  /** Name of the deployment. */
  readonly deployment: string;
  /** Where its file is or is to be, from where the commands are run. */
  readonly file: string;
  /** Whether somebody has said where it is written. */
  readonly isWritten: boolean;
  readonly stack: readonly StackSetting[];
}

export function stepsOf(given: StepsOf): { readonly before: readonly Step[]; readonly after: readonly Step[] } {
  return { before: [rehearse(given), provision(given)], after: [prove(given), remove(given)] };
}

function rehearse({ file, isWritten }: StepsOf): Step {
  const first = isWritten ? '' : `Write the deployment first, with --output ${file}. `;
  return {
    title: 'Rehearse it here',
    message: `${first}Boots the new database on this machine, and replaces its nodes under load: a client in the wrong mode shows itself before the migration.`,
    commands: [`redoubt rehearse ${word(file)}`],
  };
}

function provision({ cache, file, stack }: StepsOf): Step {
  const settings = [
    { key: 'location', value: cache.location },
    ...(cache.resourceGroup === undefined ? [] : [{ key: 'resourceGroupName', value: cache.resourceGroup }]),
    ...stack,
    { key: 'alertEmails[0]', value: 'EMAIL' },
  ];
  return {
    title: 'Make the new database',
    message:
      'Beside the old one, which nobody touches. In the folder of Pulumi.yaml, where every setting of the stack is explained.',
    commands: [
      'pulumi stack init STACK',
      // Relative to Pulumi.yaml, and so the same for everybody who has a clone.
      `pulumi config set deployment ${word(file)}`,
      ...settings.map(
        ({ key, value }) => `pulumi config set ${key.includes('[') ? '--path ' : ''}${word(key)} ${word(value)}`,
      ),
      'pulumi preview',
      'pulumi up',
    ],
  };
}

function prove({ cache, target, deployment, file }: StepsOf): Step {
  const profile = `${deployment}.profile.json`;
  const id = newIdOf(cache, target);
  return {
    title: 'Prove it, and turn the applications over',
    message: `Before an application is given ${target.hostName}:${target.port}, and again after. From inside the network where the address is private.`,
    commands: [
      `redoubt profile --from-pulumi STACK > ${profile}`,
      `redoubt verify --profile ${profile}`,
      `redoubt drift ${word(file)} --azure ${word(id)} --profile ${profile}`,
      `redoubt drill --azure ${word(id)} --profile ${profile} --scenario sku-round-trip --plan`,
    ],
  };
}

function remove({ cache }: StepsOf): Step {
  const group = groupOf(cache);
  return {
    title: 'Remove the old cache',
    message: `${changesInPlace(cache) ? 'Never after “Change the old cluster in place”: the new database has this name then. After any other way, when' : 'When'} no client is connected to it any more (metric Connected Clients). Nothing brings it back.`,
    commands:
      cache.kind === 'classic'
        ? [`az redis delete --name ${cache.name} --resource-group ${group}`]
        : [`az redisenterprise delete --cluster-name ${cache.name} --resource-group ${group}`],
  };
}
