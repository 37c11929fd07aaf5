/** Where the durable client API is reached from: `/runtime/webhooks/durabletask` with the system key in the query. */
export interface ClientUrls {
  readonly origin: string
  readonly hubName: string
  readonly systemKey: string
}

export const webhookPath = '/runtime/webhooks/durabletask'
export const rpcPath = '/durabletask'

const base = ({ origin }: ClientUrls): string => origin + webhookPath

const query = ({ hubName, systemKey }: ClientUrls): string =>
  `taskHub=${encodeURIComponent(hubName)}&connection=Storage&code=${encodeURIComponent(systemKey)}`

/** Management addresses of one instance (contract durable section 6); `id` is put in as it is. */
export const managementUrls = (urls: ClientUrls, id: string) => {
  const instance = `${base(urls)}/instances/${id}`
  const ending = query(urls)
  return {
    id,
    statusQueryGetUri: `${instance}?${ending}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${ending}`,
    terminatePostUri: `${instance}/terminate?reason={text}&${ending}`,
    rewindPostUri: `${instance}/rewind?reason={text}&${ending}`,
    purgeHistoryDeleteUri: `${instance}?${ending}`,
    restartPostUri: `${instance}/restart?${ending}`,
    suspendPostUri: `${instance}/suspend?reason={text}&${ending}`,
    resumePostUri: `${instance}/resume?reason={text}&${ending}`,
  }
}

/** JSON text for a durable client binding. */
export const clientInput = (urls: ClientUrls): string => {
  const code = `code=${encodeURIComponent(urls.systemKey)}`
  const create = `${base(urls)}/orchestrators/{functionName}[/{instanceId}]`
  return JSON.stringify({
    taskHubName: urls.hubName,
    creationUrls: {
      createNewInstancePostUri: `${create}?${code}`,
      createAndWaitOnNewInstancePostUri: `${create}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&${code}`,
    },
    managementUrls: managementUrls(urls, 'INSTANCEID'),
    baseUrl: base(urls),
    requiredQueryStringParameters: code,
    rpcBaseUrl: `${urls.origin.replace('//localhost', '//127.0.0.1')}${rpcPath}/`,
  })
}
