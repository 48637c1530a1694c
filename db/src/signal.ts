/** Told which workspaces changed; an empty set says that anything may have changed. */
export type SignalListener = (workspaceIds: ReadonlySet<string>) => void

/** "Something was committed in this workspace", to every replica; a hint, never the fact itself. */
export interface Signals {
  /** Returns at once; ids sent within 25 ms travel together. */
  send(workspaceId: string): void
  /** Returns the function that stops listening; a listener must not throw. */
  listen(listener: SignalListener): () => void
}

/** The signals of one open database, before they are narrowed to `Signals`. */
export interface SignalHub extends Signals {
  /** Passes on what another replica said. */
  tell: SignalListener
  /** Delivers what is waiting; later sends are dropped. */
  close(): void
}

const intervalMs = 25

/**
 * Collects ids and hands them out at most 40 times a second, to the listeners of this process
 * and to `broadcast`, if there are other replicas.
 */
export function createSignalHub(broadcast?: SignalListener): SignalHub {
  const listeners = new Set<SignalListener>()
  let waiting = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let lastFlush = -Infinity
  let closed = false

  function tell(workspaceIds: ReadonlySet<string>): void {
    for (const listener of listeners) listener(workspaceIds)
  }

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (waiting.size === 0) return
    const workspaceIds = waiting
    waiting = new Set()
    lastFlush = performance.now()
    broadcast?.(workspaceIds)
    tell(workspaceIds)
  }

  return {
    tell,
    send(workspaceId) {
      if (closed) return
      waiting.add(workspaceId)
      timer ??= setTimeout(flush, Math.max(0, lastFlush + intervalMs - performance.now()))
    },
    listen(listener) {
      // Wrapped, so that the same function may listen twice.
      const own: SignalListener = (workspaceIds) => listener(workspaceIds)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    close() {
      flush()
      closed = true
      listeners.clear()
    },
  }
}
