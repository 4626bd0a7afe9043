/** The parameter groups of the account: that of the lab's topology, and those that a test has made beside it. */
import type { Parameter } from '../../../../lib/control/elasticache/description.ts';
import type { Account } from './account.ts';
import { parameterGroupOf, parametersOf, topologyOf } from './description.ts';
import { ApiFault } from './fault.ts';

export interface StandInParameterGroup {
  readonly name: string;
  /** `valkey8` */
  readonly family: string;
  readonly parameters: readonly Parameter[];
}

export function parameterGroupNamed(account: Account, name: string): StandInParameterGroup {
  const { lab, engine, parameterGroups } = account;
  const topology = topologyOf(lab);
  const own = {
    name: parameterGroupOf(topology),
    family: `${engine.kind}${engine.version.split('.')[0]}`,
    parameters: parametersOf(topology),
  };
  const found = [own, ...parameterGroups].find((group) => group.name === name);
  if (found === undefined)
    throw new ApiFault('CacheParameterGroupNotFound', 404, `CacheParameterGroup ${name} not found.`);
  return found;
}
