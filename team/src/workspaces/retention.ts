import type { Retention } from '@plantel/db'

/** What a workspace keeps, unless it says otherwise. */
export const defaultRetention: Retention = {
  tombstoneDays: 30,
  scimRequestDays: 30,
  auditDays: 400,
  eventDays: 90,
  capturedMailDays: 30,
  webhookDeliveryDays: 30,
}

/**
 * How few and how many days a workspace may ask for. Somebody who was deleted comes back as the same person for thirty
 * days at most; a host that was away for a week still hears everything; an audit that is gone within a quarter is none.
 */
export const retentionBounds: Record<keyof Retention, { least: number; most: number }> = {
  tombstoneDays: { least: 1, most: 30 },
  scimRequestDays: { least: 1, most: 90 },
  auditDays: { least: 90, most: 3_650 },
  eventDays: { least: 7, most: 400 },
  capturedMailDays: { least: 1, most: 90 },
  webhookDeliveryDays: { least: 7, most: 400 },
}
