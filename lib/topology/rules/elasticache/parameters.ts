/** Parameters that the service would refuse: fixed ones, those of other families, values out of their range. */
import type { ElastiCacheTopology } from '../../elasticache.ts';
import { isInFamily, type Parameter, tryParameter } from '../../elasticache-parameters.ts';
import { describeGiven, listed } from '../../input/describe.ts';
import { type Rule, ruleMaker } from '../rule.ts';

const rule = ruleMaker<ElastiCacheTopology>();

const SOURCE = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html';

export const PARAMETER_RULES: readonly Rule<ElastiCacheTopology>[] = [
  rule({
    code: 'EC_PARAMETER_FIXED',
    source: SOURCE,
    fields: ['parameters'],
    when: ({ parameters }) => fixed(parameters).length > 0,
    message: ({ parameters }) =>
      `\`parameters\` sets ${listed(fixed(parameters))}, which the service fixes by itself ("Modifiable: No"). Leave it out.`,
  }),
  rule({
    code: 'EC_PARAMETER_NOT_IN_FAMILY',
    source: SOURCE,
    fields: ['parameters', 'engineVersion', 'engine'],
    when: ({ parameters, engineVersion }) => elsewhere(parameters, engineVersion).length > 0,
    message: ({ parameters, engine, engineVersion }) =>
      `\`parameters\` sets ${elsewhere(parameters, engineVersion)
        .map(([name, { instead }]) => `"${name}"${instead === undefined ? '' : ` (now "${instead}")`}`)
        .join(' and ')}, which parameter groups of ${engine} ${engineVersion} do not have. Leave it out.`,
  }),
  rule({
    code: 'EC_PARAMETER_VALUE',
    source: SOURCE,
    fields: ['parameters'],
    when: ({ parameters }) => outOfRange(parameters).length > 0,
    message: ({ parameters }) =>
      `${outOfRange(parameters)
        .map(
          ([name, { values }]) =>
            `\`parameters.${name}\` is ${describeGiven(parameters[name])}, and takes ${values.text}`,
        )
        .join('; ')}. Correct it.`,
  }),
];

type Parameters = Readonly<Record<string, string>>;

function known(parameters: Parameters): [string, Parameter][] {
  return Object.keys(parameters).flatMap((name): [string, Parameter][] => {
    const parameter = tryParameter(name);
    return parameter === undefined ? [] : [[name, parameter]];
  });
}

/** Of a name that no family has any more, its family is said, with the new name. */
function fixed(parameters: Parameters): string[] {
  return known(parameters)
    .filter(([, parameter]) => parameter.fixed === true && parameter.instead === undefined)
    .map(([name]) => name);
}

function elsewhere(parameters: Parameters, engineVersion: string): [string, Parameter][] {
  return known(parameters).filter(([, parameter]) => !isInFamily(parameter, engineVersion));
}

function outOfRange(parameters: Parameters): [string, Parameter][] {
  return known(parameters).filter(
    ([name, { values, fixed: isFixed }]) => isFixed !== true && !values.takes(parameters[name] ?? ''),
  );
}
