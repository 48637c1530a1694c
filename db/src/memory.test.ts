import { expect, it, vi } from 'vitest'

import { createMemory } from './memory.ts'

it('makes what a name stands for once, and again when others were asked for since', async () => {
  const remember = createMemory(2)
  const make = vi.fn<(name: string) => Promise<string>>((name) =>
    Promise.resolve(`value of ${name}`),
  )
  const ask = (name: string): Promise<string> => remember(name, () => make(name))
  expect([await ask('a'), await ask('b'), await ask('a'), await ask('c')]).toEqual([
    'value of a',
    'value of b',
    'value of a',
    'value of c',
  ])
  expect(await ask('a')).toBe('value of a')
  expect(await ask('b')).toBe('value of b')
  expect(make.mock.calls.flat()).toEqual(['a', 'b', 'c', 'b'])
})

it('remembers nothing of what could not be made', async () => {
  const remember = createMemory()
  await expect(remember('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect(await remember('a', () => Promise.resolve(1))).toBe(1)
})
