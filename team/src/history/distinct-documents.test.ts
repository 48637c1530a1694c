import { expect, test } from 'vitest'

import { DistinctDocuments } from './distinct-documents.ts'

test('documents that say the same travel once, and each is found at its place', () => {
  const documents = new DistinctDocuments()
  const agent = { state: 'active', role: 'agent' }
  const places = [agent, { role: 'admin' }, { ...agent }, null, {}].map((each) =>
    documents.place(each),
  )
  expect(places).toEqual([0, 1, 0, null, 2])
  expect(JSON.parse(documents.toJson())).toEqual([agent, { role: 'admin' }, {}])
})
