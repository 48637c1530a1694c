import { createInstance } from '@module-federation/runtime'

import { answerTokenRequests, getToken, isDefinedFirst, plantelUrl, workspaces } from '../host.js'

answerTokenRequests()
const place = document.querySelector('#team')

const federation = createInstance({
  name: 'example_inbox',
  remotes: [
    { name: 'plantel_widget', entry: `${plantelUrl}/widget/remoteEntry.js`, type: 'module' },
  ],
})

if (!isDefinedFirst) {
  for (const workspace of workspaces) {
    const element = document.createElement('team-widget')
    Object.assign(element, { apiBase: plantelUrl, workspace, getToken })
    place.append(element)
  }
}
const { mountTeam } = await federation.loadRemote('plantel_widget/team-widget')
if (isDefinedFirst) {
  for (const workspace of workspaces) mountTeam(place, { apiBase: plantelUrl, workspace, getToken })
}
