const subscriptionId = '11111111-1111-1111-1111-111111111111'
const account = { subscriptionId, resourceGroup: 'media-east', accountName: 'contosoeast', location: 'eastus2' }

export const topology = { accounts: { east: account } }

/** Below the address of the simulator. */
export const accountPath =
  `/subscriptions/${subscriptionId}/resourceGroups/${account.resourceGroup}` +
  `/providers/Microsoft.Media/mediaServices/${account.accountName}`
