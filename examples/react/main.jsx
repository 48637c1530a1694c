import { useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'

import { answerTokenRequests, isDefinedFirst, plantelUrl, workspaces } from '../host.js'

// React drops a function that is set on an element which isn't defined yet: the event comes in any order.
answerTokenRequests()

function Team({ workspace }) {
  const [people, setPeople] = useState('')
  return (
    <section aria-label={workspace}>
      <team-widget
        api-base={plantelUrl}
        workspace={workspace}
        onteam-selection-change={(event) => setPeople(`${event.count} chosen`)}
      />
      <p role="status">{people}</p>
    </section>
  )
}

function Inbox() {
  useEffect(() => {
    void import('@plantel/widget')
  }, [])
  return workspaces.map((workspace) => <Team key={workspace} workspace={workspace} />)
}

if (isDefinedFirst) await import('@plantel/widget')
createRoot(document.querySelector('#root')).render(<Inbox />)
