/** What a directory said, as claims of a Security Event Token. RFC 9967, RFC 8417. */
import { provisioningEvents } from '@plantel/scim-server'
import type {
  DirectoryEventPayload,
  DirectoryEventType,
  DirectorySubject,
  SequencedEvent,
  Workspace,
} from '@plantel/team'

/** Claims of a token but `iss` and `iat`, which are the signer's. */
export interface SecurityEventClaims {
  [claim: string]: unknown
  /** The same over all attempts to deliver it. */
  jti: string
  aud: string
  events: Record<string, Record<string, unknown>>
}

/** Who is told, by which name of the event. */
export interface SecurityEventEnvelope {
  jti: string
  audience: string
  workspace: Pick<Workspace, 'id' | 'slug'>
  subject: DirectorySubject
}

/**
 * Names what changed and no value (`notice`, §2.4): who may see those reads them by SCIM or by the Host API. Several events
 * of one request are one token's, as is their order.
 */
export function toScimEvent(
  { type, occurredAt, requestId, payload }: SequencedEvent,
  { jti, audience, workspace, subject }: SecurityEventEnvelope,
): SecurityEventClaims {
  const { resource, connection, ...change } = payload as unknown as DirectoryEventPayload
  const { externalId, memberId } = subject
  return {
    jti,
    aud: audience,
    // Which tokens come of one request of the directory.
    txn: requestId,
    toe: Math.floor(occurredAt.getTime() / 1_000),
    // MUST be here and not in the event, and there MUST be no `sub`. §2.1
    sub_id: {
      format: 'scim',
      uri: `/${resource.kind === 'user' ? 'Users' : 'Groups'}/${resource.id}`,
      ...(externalId === undefined ? {} : { externalId }),
    },
    workspace: { id: workspace.id, slug: workspace.slug },
    scim_connection: connection,
    ...(memberId === undefined ? {} : { member: { id: memberId } }),
    events: eventsOf(type as DirectoryEventType, change),
  }
}

function eventsOf(
  type: DirectoryEventType,
  { attributes, active }: Omit<DirectoryEventPayload, 'resource' | 'connection'>,
): SecurityEventClaims['events'] {
  const activity =
    active === undefined ? {} : { [provisioningEvents[active ? 'activated' : 'deactivated']]: {} }
  switch (type) {
    case 'directory_user.created':
    case 'directory_group.created':
      return { [provisioningEvents.created]: { attributes }, ...activity }
    case 'directory_user.changed':
    case 'directory_group.changed':
      return {
        ...(attributes.length > 0 || active === undefined
          ? { [provisioningEvents.changed]: { attributes } }
          : {}),
        ...activity,
      }
    case 'directory_user.deleted':
    case 'directory_group.deleted':
      return { [provisioningEvents.deleted]: {} }
    default:
      return type satisfies never
  }
}

/** What a test sends: the verification event of the Shared Signals Framework 1.0, §8.1.4. */
export function verificationEvent(
  endpoint: { id: string; url: string },
  jti: string,
): SecurityEventClaims {
  return {
    jti,
    aud: endpoint.url,
    sub_id: { format: 'opaque', id: endpoint.id },
    events: { 'https://schemas.openid.net/secevent/ssf/event-type/verification': { state: jti } },
  }
}
