import type { SequencedEvent } from '@plantel/team'
import { expect, it } from 'vitest'

import { createMailDispatch } from './mail-dispatch.ts'
import { createWelcomeSender } from './senders/welcome-sender.ts'

const event: SequencedEvent = {
  position: '1',
  type: 'member.invited',
  memberId: 'ana',
  payload: {},
  requestId: 'r',
  occurredAt: new Date(0),
}

it('asks senders for events of their own types only, and names the types of all', async () => {
  const asked: string[] = []
  const sender = (name: string, type: SequencedEvent['type']) => ({
    types: new Set([type]),
    concerns: () => asked.push(name) === 0,
    send: () => Promise.resolve(),
  })
  const senders = [sender('invitation', 'member.invited'), sender('welcome', 'member.activated')]
  const mails = createMailDispatch(() => Promise.resolve(undefined), senders)
  expect(mails.types).toEqual(new Set(['member.invited', 'member.activated']))
  expect(await mails.dispatch(event, 'acme')).toBe('done')
  expect(asked).toEqual(['invitation'])
})

it('reads no changes of members for a welcome that nobody could send', () => {
  const db = {} as Parameters<typeof createWelcomeSender>[0]['db']
  expect(createWelcomeSender({ db, mailer: undefined }).types.size).toBe(0)
  const mailer = { send: () => Promise.resolve() }
  expect(createWelcomeSender({ db, mailer }).types).toContain('member.access_changed')
})
