import { filterSuite } from './filter-suite.ts'
import type { ForeignSuite } from './foreign-suite.ts'
import { scimPatchSuite } from './scim-patch-suite.ts'

/** The public suites that we did not write and that our engine answers. */
export const foreignSuites: readonly ForeignSuite[] = [scimPatchSuite, filterSuite]
