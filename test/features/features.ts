import type { Feature } from './feature.ts';
import { OPERATED } from './operated.ts';
import { PROVISIONED } from './provisioned.ts';

/** The rows of the comparison of what provisions Redis on either cloud, each with our answer. */
export const FEATURES: readonly Feature[] = [...PROVISIONED, ...OPERATED];
