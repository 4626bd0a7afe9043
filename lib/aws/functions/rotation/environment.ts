/** Names of the rotation function's environment variables: the construct writes them, the function reads them. No secret is among them. */
export const ROTATION_ENVIRONMENT = {
  host: 'CACHE_HOST',
  port: 'CACHE_PORT',
  /** For users: both of them. */
  userId: 'CACHE_USER_ID',
  userName: 'CACHE_USER_NAME',
  /** For an AUTH token. */
  replicationGroupId: 'CACHE_GROUP_ID',
} as const;
