import { vi } from 'vitest'

const { waitFor, waitUntil } = vi
const patience = { timeout: 10_000 }

/** A screen's file is made when it is first wanted: beside other tests that takes longer than the usual second. */
vi.waitFor = (check, options = patience) => waitFor(check, options)
vi.waitUntil = (check, options = patience) => waitUntil(check, options)
