/** What `redoubt/azure` exports: the components and the types of their arguments, one line per component. */

export * from './access-key-rotation.ts';
export * from './existing-managed-redis.ts';
export * from './geo-replicated-redis.ts';
export * from './maintenance-rehearsal.ts';
export * from './managed-redis.ts';
export * from './verified-deployment.ts';
