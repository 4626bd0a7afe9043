/** Every resource type that is compared property by property, and what a change of the whole resource does. */
import { currentResourceType } from '../../topology/azure-generic-resource.ts';
import type { Outcome, Row } from '../row.ts';
import { SOURCES } from './sources.ts';
import { ASSIGNMENT_ROWS, CONNECTION_ROWS, PRIVATE_ENDPOINT_ROWS } from './tables/access.ts';
import { CLUSTER_ROWS } from './tables/cluster.ts';
import { DATABASE_ROWS } from './tables/database.ts';

export interface ResourceTable {
  /** Last part of the type: `Database`. */
  readonly name: string;
  readonly rows: readonly Row[];
  /** Objects whose fields are compared one by one. */
  readonly objects: readonly string[];
  readonly holdsData: boolean;
  readonly deleted: Outcome;
  /** Replaced for a reason that no row names. */
  readonly replaced: Outcome;
}

const CLUSTER_DELETED: Outcome = {
  effect: 'data-loss',
  code: 'AC_DELETED',
  message: 'The cluster is deleted with its database and everything in it.',
  alternative:
    'Take it out only after its clients have moved; export the data first. protect: true keeps Pulumi from it.',
  source: SOURCES.protect,
};

const DATABASE_DELETED: Outcome = {
  effect: 'data-loss',
  code: 'AD_DELETED',
  message: 'The database is deleted with everything in it.',
  alternative:
    'Take it out only after its clients have moved; export the data first. protect: true keeps Pulumi from it.',
  source: SOURCES.protect,
};

const REPLACED = 'Pulumi deletes this one and makes another';

export const TABLES: readonly ResourceTable[] = [
  {
    name: 'RedisEnterprise',
    rows: CLUSTER_ROWS,
    objects: ['sku'],
    holdsData: true,
    deleted: CLUSTER_DELETED,
    replaced: {
      ...CLUSTER_DELETED,
      code: 'AC_REPLACED',
      message: `${REPLACED}: the data of the cluster is lost.`,
      alternative: 'Look for replaceOnChanges, a changed parent or a forced replacement in the program.',
    },
  },
  {
    name: 'Database',
    rows: DATABASE_ROWS,
    objects: [],
    holdsData: true,
    deleted: DATABASE_DELETED,
    replaced: {
      ...DATABASE_DELETED,
      code: 'AD_REPLACED',
      message: `${REPLACED}: the data is lost.`,
      alternative: 'Look for replaceOnChanges, a changed parent or a forced replacement in the program.',
    },
  },
  {
    name: 'AccessPolicyAssignment',
    rows: ASSIGNMENT_ROWS,
    objects: [],
    holdsData: false,
    deleted: {
      effect: 'interruption',
      code: 'AA_DELETED',
      message: 'The assignment is deleted: its identity is refused from then on.',
      source: SOURCES.assignment,
    },
    replaced: {
      effect: 'interruption',
      code: 'AA_REPLACED',
      message: `${REPLACED}: its identity is refused in between.`,
      source: SOURCES.assignment,
    },
  },
  {
    name: 'PrivateEndpointConnection',
    rows: CONNECTION_ROWS,
    objects: [],
    holdsData: false,
    deleted: {
      effect: 'interruption',
      code: 'AE_DELETED',
      message: 'The private endpoint connection is deleted: clients behind it are cut off.',
      source: SOURCES.privateEndpoint,
    },
    replaced: {
      effect: 'interruption',
      code: 'AE_REPLACED',
      message: `${REPLACED}: clients behind it are cut off in between.`,
      source: SOURCES.privateEndpoint,
    },
  },
  {
    name: 'PrivateEndpoint',
    rows: PRIVATE_ENDPOINT_ROWS,
    objects: [],
    holdsData: false,
    deleted: {
      effect: 'interruption',
      code: 'AP_DELETED',
      message: 'The private endpoint is deleted: clients that come through it are cut off.',
      source: SOURCES.privateEndpoint,
    },
    replaced: {
      effect: 'interruption',
      code: 'AP_REPLACED',
      message: `${REPLACED}: clients that come through it are cut off in between.`,
      source: SOURCES.privateEndpoint,
    },
  },
];

const OURS = /^azure-native:(?:redisenterprise:(\w+)|network:(PrivateEndpoint))$/;
const NEAR = /redis/i;

export function tableOf(type: string): ResourceTable | undefined {
  const [, ofService, ofNetwork] = OURS.exec(currentResourceType(type)) ?? [];
  return TABLES.find(({ name }) => name === (ofService ?? ofNetwork));
}

/** Types that no table knows and that may hold a cache all the same. */
export function isNear(type: string): boolean {
  return NEAR.test(type) || isResourceGroup(type);
}

/** It takes everything in it along when it goes, and nothing while it stays. */
export function isResourceGroup(type: string): boolean {
  return currentResourceType(type) === 'azure-native:resources:ResourceGroup';
}

/** Effects that no property table holds. */
export const GENERAL = {
  created: {
    effect: 'in-place',
    code: 'AR_CREATED',
    message: 'It is new: there is nothing yet that could be lost.',
    source: SOURCES.preview,
  },
  imported: {
    effect: 'in-place',
    code: 'AR_IMPORTED',
    message: "It exists and becomes the stack's own, as it is: nothing of it is made or changed.",
    source: SOURCES.preview,
  },
  renamed: {
    effect: 'data-loss',
    code: 'AR_RENAMED',
    message:
      'The name or the parent in the program changes, so Pulumi makes a new one and deletes this one: all data is lost.',
    alternative: 'Keep the name, or tell Pulumi the old one: aliases: [{ name: "OLD_NAME" }].',
    source: SOURCES.aliases,
  },
  propertyUnknown: {
    effect: 'unknown',
    code: 'AR_PROPERTY_UNKNOWN',
    message: 'No table knows this property, so what changing it does cannot be told.',
    alternative: 'Look it up in the reference of the resource; acknowledge it by name when it is harmless.',
    source: SOURCES.preview,
  },
  valueUnknown: {
    effect: 'unknown',
    code: 'AR_VALUE_UNKNOWN',
    message: 'The value is known only when it is deployed.',
    alternative: 'Deploy what it depends on first (pulumi up --target), then preview again.',
    source: SOURCES.preview,
  },
  changesUnknown: {
    effect: 'unknown',
    code: 'AR_CHANGE_UNKNOWN',
    message: 'The preview says that it is updated, but not what changes.',
    alternative: 'Preview again with a current Pulumi and without --changes-only.',
    source: SOURCES.preview,
  },
  tableMissing: {
    effect: 'unknown',
    code: 'AR_TYPE_UNKNOWN',
    message: 'No table knows this type of resource, and a cache may be in it.',
    alternative: 'Look at it in the preview; acknowledge it by name when no cache is touched.',
    source: SOURCES.preview,
  },
  operationUnknown: {
    effect: 'unknown',
    code: 'AR_OPERATION_UNKNOWN',
    message: 'The preview names an operation that is not known here.',
    alternative: 'Look at it in the preview; acknowledge it by name when no cache is touched.',
    source: SOURCES.preview,
  },
} as const satisfies Record<string, Outcome>;
