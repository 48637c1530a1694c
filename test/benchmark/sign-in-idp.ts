import { startTenantIdp } from '../../idp-bridge/src/testing/tenant-idp.ts'

// An OpenID provider in a process of its own, whose work is not counted as ours.
const { origin } = await startTenantIdp()
console.log(origin)
