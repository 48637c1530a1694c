/** What this process worked in milliseconds meanwhile: a busy machine makes waiting longer, not this. */
export async function cpuMsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/**
 * The least of up to five measurements, the first that is below the bound: compiling and collecting garbage are nobody's
 * request, and one that is really too dear is so each time.
 */
export async function leastCpuMs(bound: number, measure: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 5 && least >= bound; attempt += 1) {
    least = Math.min(least, await measure())
  }
  return least
}
