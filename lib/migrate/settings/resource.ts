/** What else is on the resource: modules, encryption, identity, tags, its state. */
import { AZURE_FLASH_MODULES, isFlashSku } from '../../topology/limits.ts';
import type { EnterpriseCache, OldCache } from '../old-cache.ts';
import type { Contribution, Setting } from '../setting.ts';
import { SOURCES } from '../sources.ts';
import type { Target } from '../target.ts';

export function resource(cache: OldCache, target: Target): Contribution {
  const enterprise = cache.kind === 'enterprise' ? cache : undefined;
  const modules = enterprise?.modules ?? [];
  const notOnFlash = isFlashSku(target.sku) ? modules.filter(({ name }) => !AZURE_FLASH_MODULES.includes(name)) : [];
  const kept = modules.filter((module) => !notOnFlash.includes(module));
  return {
    settings: [
      ...state(cache),
      ...modules.map(moduleSetting),
      ...(enterprise === undefined ? [] : encryption(enterprise)),
      ...(cache.hasIdentity ? [identity()] : []),
      ...(cache.tagNames.length > 0 ? [tags(cache)] : []),
    ],
    ...(enterprise === undefined ? {} : { topology: { modules: kept.map(({ name }) => name) } }),
    stack: [
      ...(enterprise?.customerManagedKey === true
        ? [
            { key: 'encryptionKeyUrl', value: 'KEY_URL' },
            { key: 'encryptionIdentityId', value: 'IDENTITY_ID' },
          ]
        : []),
      ...cache.tagNames.map((name, index) => ({ key: `tags[${index}]`, value: `${name}=VALUE` })),
    ],
    refusals: notOnFlash.map(({ name }) => ({
      code: 'MIGRATE_MODULE_NOT_ON_FLASH',
      message: `${cache.name} has the module ${name}, and the Flash Optimized tier has only ${AZURE_FLASH_MODULES.join(', ')}. Choose --performance-tier MemoryOptimized.`,
    })),
  };
}

function state({ state: now }: OldCache): Setting[] {
  if (now === '' || now.toLowerCase() === 'succeeded') return [];
  const message =
    'The cache was not at rest when the document was printed, so its settings may have been on their way.';
  const action = 'Wait until it says Succeeded, and print it again.';
  return [
    {
      setting: 'provisioningState',
      before: now,
      after: 'Succeeded',
      outcome: 'unknown',
      code: 'MIGRATE_CACHE_NOT_AT_REST',
      message,
      action,
      source: SOURCES.tooling,
    },
  ];
}

function moduleSetting({ name, hasArguments }: EnterpriseCache['modules'][number]): Setting {
  const shared = { setting: `modules.${name}`, after: name, source: SOURCES.modules };
  if (!hasArguments) {
    return {
      ...shared,
      before: name,
      outcome: 'kept',
      code: 'MIGRATE_MODULE_KEPT',
      message: 'The module is there from the first deployment on, and cannot be added later.',
    };
  }
  return {
    ...shared,
    before: `${name}, with arguments`,
    outcome: 'unavailable',
    code: 'MIGRATE_MODULE_ARGUMENTS_NOT_AVAILABLE',
    message: 'The module is there, and a deployment of this project says no arguments for it.',
    action: 'See whether its defaults do: most arguments can be said per key or index when one is made.',
  };
}

function encryption({ customerManagedKey }: EnterpriseCache): Setting[] {
  if (!customerManagedKey) return [];
  const message = 'A key of your own encrypts the disks there too, with a user-assigned identity only.';
  const action = 'Name key and identity in the stack; the key needs its version in the address.';
  return [
    {
      setting: 'encryption',
      before: 'a key of your own',
      after: 'a key of your own',
      outcome: 'changed',
      code: 'MIGRATE_OWN_KEY_AGAIN',
      message,
      action,
      source: SOURCES.encryption,
    },
  ];
}

function identity(): Setting {
  return {
    setting: 'identity',
    before: 'set',
    after: 'none',
    outcome: 'changed',
    code: 'MIGRATE_IDENTITY_NOT_CARRIED_OVER',
    message:
      'The identity that let the cache into a storage account is not given to the new one: its persistence needs none.',
    action: 'Remove its rights when the old cache is gone.',
    source: SOURCES.tooling,
  };
}

function tags({ tagNames }: OldCache): Setting {
  return {
    setting: 'tags',
    before: `${tagNames.length}`,
    after: `${tagNames.length}`,
    outcome: 'kept',
    code: 'MIGRATE_TAGS_KEPT',
    message: 'Their names are among the settings of the stack; fill in the values.',
    source: SOURCES.understand,
  };
}
