/** The order of the operations of a bulk request. RFC 7644 §3.7.1, §3.7.2. */

/**
 * Groups of operations, by index: every group comes after those it depends on, else in request order.
 * A group of more than one, or one that depends on itself, is a cycle. Tarjan's strongly connected
 * components, without recursion: a chain may be as long as the request.
 */
export function planBulk(
  dependencies: readonly ReadonlySet<number>[],
): readonly (readonly number[])[] {
  const components: number[][] = []
  const order = new Map<number, number>()
  const lowest = new Map<number, number>()
  const open: number[] = []
  const isOpen = new Set<number>()

  function enter(node: number): Visit {
    order.set(node, order.size)
    lowest.set(node, order.size - 1)
    open.push(node)
    isOpen.add(node)
    return { node, rest: [...(dependencies[node] ?? [])] }
  }

  function lower(node: number, value: number | undefined): void {
    lowest.set(node, Math.min(lowest.get(node) ?? 0, value ?? 0))
  }

  function leave(node: number): void {
    if (lowest.get(node) !== order.get(node)) return
    const component = open.splice(open.indexOf(node))
    for (const each of component) isOpen.delete(each)
    components.push(component.toSorted((a, b) => a - b))
  }

  for (const start of dependencies.keys()) {
    if (order.has(start)) continue
    const path = [enter(start)]
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const next = visit.rest.shift()
      if (next === undefined) {
        path.pop()
        leave(visit.node)
        const parent = path.at(-1)
        if (parent !== undefined) lower(parent.node, lowest.get(visit.node))
      } else if (!order.has(next)) {
        path.push(enter(next))
      } else if (isOpen.has(next)) {
        lower(visit.node, order.get(next))
      }
    }
  }
  return components
}

interface Visit {
  readonly node: number
  readonly rest: number[]
}
