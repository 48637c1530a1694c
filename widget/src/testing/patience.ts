import { vi } from 'vitest'

const { waitFor } = vi

/** A screen's file is made when it is first wanted: beside other tests that takes longer than the usual second. */
vi.waitFor = (check, options = { timeout: 10_000 }) => waitFor(check, options)
