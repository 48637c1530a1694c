import { type Connection, types } from 'pg'
import { expect, it } from 'vitest'

import { PreparedStatements, StatementBatch } from './statement-batch.ts'

it('fails the transaction of a statement that can not be written, with what was thrown', async () => {
  const written: unknown[] = []
  const broken = new Error('broken')
  const connection = {
    stream: { cork: () => written.push('cork'), uncork: () => written.push('uncork') },
    parse: () => {
      throw broken
    },
    execute: ({ portal }: { portal?: string }) => written.push(`execute ${portal}`),
    sync: () => written.push('sync'),
  } as unknown as Connection
  const ended: string[] = []
  const answer = new Promise((resolve, reject) => {
    const statement = { text: 'select 1', values: [], name: undefined, resolve, reject }
    const batch = new StatementBatch([statement], new PreparedStatements(), types, () =>
      ended.push('ended'),
    )
    batch.submit(connection)
    batch.handleError(new Error('portal "unwritten" does not exist'))
  })
  await expect(answer).rejects.toBe(broken)
  expect(written).toEqual(['cork', 'execute unwritten', 'sync', 'uncork'])
  expect(ended).toEqual(['ended'])
})
