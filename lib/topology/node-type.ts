/** What a node type's name says: `cache.r7g.large` is of the family r7g and the size large. Which families can do what. */

export interface NodeType {
  readonly family: string;
  readonly size: string;
}

const NODE_TYPE = /^cache\.(?<family>[a-z][a-z0-9]*)\.(?<size>nano|micro|small|medium|large|(?:[1-9]\d*)?xlarge)$/;

/** Undefined for a name of another form; the rule EC_NODE_TYPE_FORM says so to the user. */
export function tryNodeType(nodeType: string): NodeType | undefined {
  const { family, size } = NODE_TYPE.exec(nodeType)?.groups ?? {};
  return family === undefined || size === undefined ? undefined : { family, size };
}

const SMALL = ['micro', 'small', 'medium'];
const TO_16 = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'];
const TO_24 = ['large', 'xlarge', '2xlarge', '4xlarge', '12xlarge', '24xlarge'];

/**
 * The sizes of the families that are offered today.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html (node-type specific parameters)
 */
const OFFERED: Readonly<Record<string, readonly string[]>> = {
  t2: SMALL,
  t3: SMALL,
  t4g: SMALL,
  m4: ['large', 'xlarge', '2xlarge', '4xlarge', '10xlarge'],
  m5: TO_24,
  m6g: TO_16,
  m7g: TO_16,
  m8g: TO_16,
  r3: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge'],
  r4: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '16xlarge'],
  r5: TO_24,
  r6g: TO_16,
  r6gd: TO_16.slice(1),
  r7g: TO_16,
  r8g: TO_16,
  c7gn: TO_16,
  c8gn: TO_16,
};

export const OFFERED_FAMILIES: readonly string[] = Object.keys(OFFERED);

/** Of every family that a group may have, those of before among them. */
export const NODE_SIZES: Readonly<Record<string, readonly string[]>> = {
  ...OFFERED,
  t1: ['micro'],
  m1: ['small', 'medium', 'large', 'xlarge'],
  m2: ['xlarge', '2xlarge', '4xlarge'],
  m3: ['medium', 'large', 'xlarge', '2xlarge'],
  c1: ['xlarge'],
};

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/data-tiering.html */
export const DATA_TIERING_FAMILIES: readonly string[] = ['r6gd'];

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoScaling.html */
export const SCALING_FAMILIES: readonly string[] = [
  'r8g',
  'r7g',
  'r6g',
  'r6gd',
  'r5',
  'm8g',
  'm7g',
  'm6g',
  'm5',
  'c8gn',
  'c7gn',
];
export const SCALING_SIZES: readonly string[] = ['large', 'xlarge', '2xlarge'];

/** AWS::ElastiCache::ReplicationGroup, `Durability` */
export const DURABLE_FAMILIES: readonly string[] = ['r8g', 'r7g', 'r6g', 'm8g', 'm7g', 'm6g', 'c8gn', 'c7gn'];

/** Families before the Nitro system, which cannot speak IPv6. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/network-type.html */
export const FAMILIES_BEFORE_NITRO: readonly string[] = ['t1', 't2', 'm1', 'm2', 'm3', 'm4', 'c1', 'r3', 'r4'];

/**
 * Virtual CPUs of one node; undefined for a name of another form. Host CPU and engine CPU are judged by it: the engine is
 * one thread, so that on two CPUs half of the host's percentage is already all of it.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.WhichShouldIMonitor.html
 */
export function virtualCpusOf(nodeType: string): number | undefined {
  const type = tryNodeType(nodeType);
  if (type === undefined) return undefined;
  const times = /^(\d*)xlarge$/.exec(type.size)?.[1];
  if (times !== undefined) return 4 * Number(times === '' ? 1 : times);
  const isSingle = (type.family === 't2' && type.size !== 'medium') || /^[mc][13]$/.test(type.family);
  return isSingle ? 1 : 2;
}
