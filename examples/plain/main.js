import { answerTokenRequests, isDefinedFirst, plantelUrl, workspaces } from '../host.js'

answerTokenRequests()

// The page's own HTML holds the first; `defined-first` makes them all after the element is known.
const main = document.querySelector('main')
if (isDefinedFirst) main.replaceChildren()
const render = () => {
  for (const workspace of workspaces.slice(main.childElementCount)) {
    const element = document.createElement('team-widget')
    element.setAttribute('api-base', plantelUrl)
    element.setAttribute('workspace', workspace)
    main.append(element)
  }
}

if (!isDefinedFirst) render()
await import('@plantel/widget')
render()
