/** One SCIM request a directory is about to send; the path is relative to the connection's base URL. */
export interface ScimCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  body?: Record<string, unknown>
  /** Whom or what it is about, in words: ids say nothing to the person who reads the log. */
  about?: string
}

/** What one vendor's provisioning client sends; each method is one request, except where it sends none. */
export interface ProvisioningHabit {
  userAgent: string
  findUser: (person: Provisioned) => ScimCall
  createUser: (person: Provisioned) => ScimCall
  /** Takes over somebody whom the look-up found. */
  updateUser: (scimId: string, person: Provisioned) => ScimCall
  setActive: (scimId: string, active: boolean) => ScimCall
  /** Undefined: this client never deletes a user, it only deactivates. */
  deleteUser: (scimId: string) => ScimCall | undefined
  findGroup: (name: string) => ScimCall
  createGroup: (group: { id: string; name: string }) => ScimCall
  addMembers: (groupScimId: string, members: readonly ScimMember[]) => ScimCall
  removeMember: (groupScimId: string, memberScimId: string) => ScimCall
}

/** What a directory tells about a person. */
export interface Provisioned {
  id: string
  userName: string
  givenName: string
  familyName: string
  title: string
  locale: string
}

interface ScimMember {
  scimId: string
  display: string
}

export const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** A filter as a query value; quotes and backslashes are escaped as in JSON (RFC 7644 §3.4.2.2). */
export function equalsFilter(attribute: string, value: string): string {
  return encodeURIComponent(`${attribute} eq ${JSON.stringify(value)}`)
}
