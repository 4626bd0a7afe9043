import * as identity from '@pulumi/azure-native/managedidentity/index.js';
export default async () => {
  const i = new identity.UserAssignedIdentity('x', { resourceGroupName: 'g' });
  return { principal: i.principalId };
};
