import type { Requirement, Section } from './requirement.ts'
import { attributeSections } from './rfc7643-attributes.ts'
import { coreSchemaSections } from './rfc7643-core.ts'
import { discoverySections } from './rfc7643-discovery.ts'
import { resourceSections } from './rfc7643-resources.ts'
import { bulkSections } from './rfc7644-bulk.ts'
import { patchSections } from './rfc7644-patch.ts'
import { protocolSections } from './rfc7644-protocol.ts'
import { querySections } from './rfc7644-query.ts'
import { lifecycleSections } from './rfc7644-resources.ts'
import { cursorSections } from './rfc9865.ts'

/** Everything that we claim of RFC 7643, RFC 7644 and RFC 9865, by section. */
export const sections: readonly Section[] = [
  ...attributeSections,
  ...resourceSections,
  ...coreSchemaSections,
  ...discoverySections,
  ...lifecycleSections,
  ...querySections,
  ...patchSections,
  ...bulkSections,
  ...protocolSections,
  ...cursorSections,
].toSorted((one, other) =>
  one.id.localeCompare(other.id, 'en', { numeric: true, sensitivity: 'base' }),
)

/** All requirements, in the order of the sections. */
export const requirements: readonly Requirement[] = sections.flatMap(
  (section) => section.requirements,
)
