import { describe, expect, it } from 'vitest'

import { type Activity, createActivityFeed } from './activity.ts'

const joined = (workspace: string, displayName: string): unknown => ({
  type: 'member.activated',
  timestamp: '2026-11-21T12:00:00.000Z',
  data: {
    workspace: { id: 'w', slug: workspace },
    member: { displayName, role: { key: 'agent', name: 'Agente' }, departments: ['Ventas'] },
  },
})

describe('the activity feed', () => {
  it('tells each company only of its own', () => {
    const feed = createActivityFeed()
    const heard: string[] = []
    feed.watch('acme', ({ person }: Activity) => heard.push(person ?? ''))
    feed.receive('1', joined('acme', 'Ana'))
    feed.receive('2', joined('globex', 'Bia'))
    expect(heard).toEqual(['Ana'])
    expect(feed.latest('globex').map(({ person }) => person)).toEqual(['Bia'])
  })

  it('tells of a delivery that comes twice once', () => {
    const feed = createActivityFeed()
    const heard: string[] = []
    feed.watch('acme', ({ id }: Activity) => heard.push(id))
    expect(feed.receive('1', joined('acme', 'Ana'))).toBe(true)
    expect(feed.receive('1', joined('acme', 'Ana'))).toBe(true)
    expect(heard).toEqual(['1'])
    expect(feed.latest('acme')).toHaveLength(1)
  })

  it('does not take what Plantel would not send', () => {
    expect(createActivityFeed().receive('1', { type: 'member.activated' })).toBe(false)
  })
})
