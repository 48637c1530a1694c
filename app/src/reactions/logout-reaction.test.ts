import { LogoutNotDeliveredError } from '@plantel/idp-bridge'
import type { EventType, SequencedEvent } from '@plantel/team'
import { beforeEach, describe, expect, it } from 'vitest'

import { createLogger } from '../logger.ts'
import { createLogoutReaction } from './logout-reaction.ts'

const minutes = (count: number): Date => new Date(Date.now() - count * 60_000)

describe('telling a client of a leaver', () => {
  let logged = ''
  let told: string[] = []
  let refuses = false
  const log = createLogger('trace', { write: (line: string) => void (logged += line) })
  const reaction = createLogoutReaction(
    {
      sendLogout(clientId, memberId) {
        told.push(memberId)
        return refuses
          ? Promise.reject(new LogoutNotDeliveredError(clientId, new Error('answered 500')))
          : Promise.resolve()
      },
    },
    { id: 'client-1', hostId: 'host-1', createdAt: minutes(300) },
    log,
  )

  const handle = (type: EventType, occurredAt: Date, memberId: string | null = 'ana') => {
    const event: SequencedEvent = {
      position: '1',
      type,
      memberId,
      payload: {},
      requestId: 'r',
      occurredAt,
    }
    return reaction.handle(event, 'workspace-1', new Date())
  }

  beforeEach(() => {
    logged = ''
    told = []
    refuses = false
  })

  it('happens when somebody is suspended or removed, and for nothing else', async () => {
    expect(reaction.types).toEqual(
      new Set(['member.suspended', 'member.removed', 'session.revoked']),
    )
    await handle('member.suspended', minutes(0), 'ana')
    await handle('member.removed', minutes(0), 'bea')
    expect(told).toEqual(['ana', 'bea'])
  })

  it('leaves out who left before the client was registered', async () => {
    await handle('member.suspended', minutes(301))
    expect(told).toEqual([])
  })

  it('is tried again for an hour, and then given up with a line in the log', async () => {
    refuses = true
    await expect(handle('member.suspended', minutes(59))).rejects.toThrow(LogoutNotDeliveredError)
    expect(logged).toBe('')
    await handle('member.suspended', minutes(61))
    expect(told).toEqual(['ana', 'ana'])
    expect(JSON.parse(logged)).toMatchObject({
      level: 'error',
      clientId: 'client-1',
      memberId: 'ana',
      err: { cause: { message: 'answered 500' } },
    })
  })
})
