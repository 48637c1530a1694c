import type { SequencedEvent } from '../history/event-queries.ts'

/** What a recipient of a Security Event Token says is wrong with it. RFC 8935 §2.4. */
export const setRefusals = [
  'invalid_request',
  'invalid_key',
  'invalid_issuer',
  'invalid_audience',
  'authentication_failed',
  'access_denied',
] as const

export type SetRefusal = (typeof setRefusals)[number]

/** Why a delivery failed, beside what the guarded fetch says of the way there. */
export type WebhookFailure =
  | 'status'
  | 'redirect'
  | SetRefusal
  | 'secret-unreadable'
  | 'scheme-refused'
  | 'address-refused'
  | 'unreachable'
  | 'timeout'
  | 'response-too-large'
  | 'response-invalid'

/** What came of one attempt to deliver. */
export interface WebhookAttempt {
  /** Null when it arrived. */
  failure: WebhookFailure | null
  /** Null when nothing was answered. */
  status: number | null
  durationMs: number
}

/** An event that is to be delivered. */
export interface DueDelivery {
  event: SequencedEvent
  /** Whether the endpoint's cursor stands before it; one behind the cursor has a row of its own. */
  isAhead: boolean
  /** When its row of its own failed first; null when it never did. */
  failingSince: Date | null
  attempts: number
}

/** All of one member's deliveries that are due, which go one after the other. */
export interface DeliveryLane {
  deliveries: DueDelivery[]
  /** When it may be tried again; null for one that may be now. */
  waitsUntil: Date | null
}

/** What an endpoint has to be told of a workspace in one turn. */
export interface WebhookTurn {
  now: Date
  /** Where the cursor stands now. */
  start: string
  lanes: DeliveryLane[]
  /** Where the cursor stands when all that is ahead is dealt with. */
  end: string
}

/** Which of the deliveries are one after the other: those of a member, and those of none. */
export function intoLanes(
  deliveries: readonly DueDelivery[],
  waiting: ReadonlyMap<string | null, Date>,
  now: Date,
): DeliveryLane[] {
  const lanes = new Map<string | null, DeliveryLane>()
  for (const delivery of deliveries) {
    const { memberId } = delivery.event
    const until = waiting.get(memberId)
    const lane = lanes.get(memberId) ?? {
      deliveries: [],
      waitsUntil: until !== undefined && until > now ? until : null,
    }
    lane.deliveries.push(delivery)
    lanes.set(memberId, lane)
  }
  return [...lanes.values()]
}
