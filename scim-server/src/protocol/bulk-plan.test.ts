import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { planBulk } from './bulk-plan.ts'

const plan = (...dependencies: readonly (readonly number[])[]): readonly (readonly number[])[] =>
  planBulk(dependencies.map((each) => new Set(each)))

test('operations keep their order unless one needs another', () => {
  expect(plan([], [], [])).toEqual([[0], [1], [2]])
  expect(plan([2], [], [])).toEqual([[2], [0], [1]])
  expect(plan([], [0], [0, 1])).toEqual([[0], [1], [2]])
})

test('operations that need each other are one group', () => {
  expect(plan([1], [0])).toEqual([[0, 1]])
  expect(plan([2], [0], [1, 3], [])).toEqual([[3], [0, 1, 2]])
  expect(plan([1], [0], [3], [2], [0, 2])).toEqual([[0, 1], [2, 3], [4]])
  expect(plan([0])).toEqual([[0]])
})

test('a chain may be as long as a request', () => {
  const length = 10_000
  const chain = Array.from({ length }, (_, index) => (index + 1 < length ? [index + 1] : []))
  expect(plan(...chain)).toEqual(Array.from({ length }, (_, index) => [length - 1 - index]))
})

test('every group holds exactly those that reach each other, after what it needs', () => {
  const graph = fc.array(fc.array(fc.nat(9), { maxLength: 4 }), { minLength: 10, maxLength: 10 })
  fc.assert(
    fc.property(graph, (dependencies) => {
      const components = plan(...dependencies)
      expect(components.flat().toSorted((a, b) => a - b)).toEqual([...dependencies.keys()])
      const placeOf = new Map(
        components.flatMap((each, place) => each.map((node) => [node, place])),
      )
      const reach = dependencies.map((_, node) => reachable(dependencies, node))
      for (const a of dependencies.keys()) {
        for (const b of reach[a] ?? []) {
          expect(placeOf.get(b)).toBeLessThanOrEqual(placeOf.get(a) ?? -1)
          expect(placeOf.get(a) === placeOf.get(b)).toBe(reach[b]?.has(a) === true || a === b)
        }
      }
    }),
  )
})

function reachable(dependencies: readonly (readonly number[])[], start: number): Set<number> {
  const found = new Set<number>()
  const open = [start]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const next of dependencies[node] ?? []) {
      if (!found.has(next)) open.push(next)
      found.add(next)
    }
  }
  return found
}
