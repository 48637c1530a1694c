const DEADLINE_MS = 10_000

/** Waits until something is there. */
export async function until<Thing>(
  look: () => Thing | null | undefined | false,
): Promise<NonNullable<Thing>> {
  for (const end = Date.now() + DEADLINE_MS; Date.now() < end;) {
    const found = look()
    if (found !== null && found !== undefined && found !== false) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`It did not come: ${String(look)}`)
}
