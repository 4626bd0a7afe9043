/** The parameter group: that all nodes use one, that it is applied, and what is in it. */
import type { ElastiCacheTopology } from '../../../topology/elasticache.ts';
import { failed, listed, passed, undecided } from '../../../verify/judging.ts';
import { type Comparison, type FieldCheck, field, judged, ofEveryNode } from '../field.ts';
import { infoOf } from '../servers.ts';

export const PARAMETER_FIELDS: readonly FieldCheck[] = [
  judged('parameter-group', judgeGroup),
  (comparison) =>
    Object.entries(declaredParameters(comparison.topology)).flatMap((entry) => parameter(...entry)(comparison)),
];

/** What the deployment writes into its parameter group. */
function declaredParameters({ parameters, evictionPolicy, clusterMode }: ElastiCacheTopology): Record<string, string> {
  const clusterEnabled = clusterMode === 'disabled' ? 'no' : 'yes';
  return { 'cluster-enabled': clusterEnabled, 'maxmemory-policy': evictionPolicy, ...parameters };
}

function parameter(parameterName: string, value: string): FieldCheck {
  return field({
    name: `parameter-${parameterName}`,
    subject: `The parameter ${parameterName}`,
    declared: () => shown(value),
    source: 'DescribeCacheParameters',
    api: ({ parameters }) => {
      const found = parameters?.find(({ ParameterName }) => ParameterName === parameterName)?.ParameterValue;
      return found === undefined ? undefined : shown(found);
    },
    ...(parameterName === 'maxmemory-policy'
      ? { servers: (observation) => infoOf(observation, ({ maxmemory_policy }) => maxmemory_policy) }
      : {}),
    advice: 'Somebody changed the parameter group, or the nodes use another one; deploy again, or declare the value.',
  });
}

function shown(value: string): string {
  return value === '' ? '(empty)' : value;
}

function judgeGroup({ description }: Comparison) {
  const name = ofEveryNode(description, (node) => node.CacheParameterGroup?.CacheParameterGroupName);
  if (name === undefined || description.nodes.length === 0)
    return undecided(
      'PARAMETER_GROUP_NOT_TOLD',
      'The API does not say which parameter group every node uses (CacheParameterGroup of DescribeCacheClusters).',
    );
  if (name.includes(' and '))
    return failed(
      'DRIFT_PARAMETER_GROUP',
      `The nodes use different parameter groups: ${name}. Give all of them the deployment's.`,
    );
  if (name.startsWith('default.'))
    return failed(
      'DRIFT_PARAMETER_GROUP',
      `The nodes use the service's parameter group ${name}, which cannot hold the declared parameters. Give them the deployment's own.`,
    );
  const pending = description.nodes.flatMap(({ CacheClusterId, CacheParameterGroup }) => {
    const status = CacheParameterGroup?.ParameterApplyStatus;
    return status === 'in-sync' || status === undefined ? [] : [`${CacheClusterId} (${status})`];
  });
  if (pending.length > 0)
    return failed(
      'PARAMETERS_NOT_APPLIED',
      `The parameter group ${name} is not in effect everywhere: ${listed(pending)}. Reboot those nodes, replicas first, or wait until the change is applied.`,
    );
  const untold = description.nodes.filter((node) => node.CacheParameterGroup?.ParameterApplyStatus === undefined);
  if (untold.length > 0)
    return undecided(
      'PARAMETERS_APPLIED_NOT_TOLD',
      `The API does not say whether the parameter group ${name} is in effect (ParameterApplyStatus).`,
    );
  return passed(`Every node uses the parameter group ${name}, in sync.`);
}
