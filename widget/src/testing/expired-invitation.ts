import type { Invitation } from '../api/people-api.ts'
import { daysAgo } from './directory-data.ts'

/** The invitation of somebody who did not come in time. */
export function expiredInvitation(email: string): Invitation {
  return {
    id: email,
    memberId: email,
    displayName: email,
    email,
    state: 'expired',
    expiresAt: daysAgo(3),
    delivery: { state: 'sent', error: null },
    can: { actions: ['resend'] },
  }
}
