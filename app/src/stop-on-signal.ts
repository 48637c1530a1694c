/** A terminal sends its signal to the package manager and to us, and some pass it on: that is one wish, not two. */
const echoMs = 1_000

/**
 * Calls `stop` on the first SIGINT or SIGTERM and ends the process with code 0, or 1 when stopping
 * failed; a second signal ends it at once.
 */
export function stopOnSignal(stop: () => Promise<void>): void {
  let firstAt: number | undefined
  const onSignal = (): void => {
    if (firstAt !== undefined) {
      if (performance.now() - firstAt > echoMs) process.exit(1)
      return
    }
    firstAt = performance.now()
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error('plantel: could not stop cleanly:', error)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}
