/** Answers as the query protocol writes them. */
import type { ApiFault } from './fault.ts';

const NAMESPACE = 'http://elasticache.amazonaws.com/doc/2015-02-02/';

/** The element of each item, where it is not `member`: from the service's model, as the SDK has it (schemas_0.js). */
const ITEM_NAMES: Readonly<Record<string, string>> = {
  CacheClusters: 'CacheCluster',
  CacheNodes: 'CacheNode',
  CacheParameterGroups: 'CacheParameterGroup',
  CacheNodeIdsToReboot: 'CacheNodeId',
  Events: 'Event',
  GlobalReplicationGroups: 'GlobalReplicationGroup',
  LogDeliveryConfigurations: 'LogDeliveryConfiguration',
  MemberClusters: 'ClusterId',
  Members: 'GlobalReplicationGroupMember',
  NodeGroupMembers: 'NodeGroupMember',
  NodeGroups: 'NodeGroup',
  Parameters: 'Parameter',
  ReplicationGroups: 'ReplicationGroup',
  TagList: 'Tag',
  UpdateActions: 'UpdateAction',
};

export function answerXml(action: string, result: object, requestId: string): string {
  const body = `<${action}Result>${membersXml(result)}</${action}Result>`;
  return `<${action}Response xmlns="${NAMESPACE}">${body}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`;
}

export function faultXml({ code, message, status }: ApiFault, requestId: string): string {
  const type = status < 500 ? 'Sender' : 'Receiver';
  const error = `<Error><Type>${type}</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;
  return `<ErrorResponse xmlns="${NAMESPACE}">${error}<RequestId>${requestId}</RequestId></ErrorResponse>`;
}

function membersXml(value: object): string {
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `<${name}>${contentXml(name, member)}</${name}>`)
    .join('');
}

function contentXml(name: string, value: unknown): string {
  if (Array.isArray(value)) {
    const item = ITEM_NAMES[name] ?? 'member';
    return value.map((entry) => `<${item}>${contentXml(item, entry)}</${item}>`).join('');
  }
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' && value !== null ? membersXml(value) : escaped(String(value));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
