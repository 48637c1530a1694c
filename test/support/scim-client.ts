/** A directory's side of a SCIM connection: a base URL and a token. */
export interface ScimTarget {
  baseUrl: string
  token: string
}

export interface ScimAnswer {
  status: number
  body: Record<string, unknown>
}

/** Sends one SCIM request as an identity provider would. */
export async function sendScim(
  { baseUrl, token }: ScimTarget,
  method: string,
  path: string,
  body?: unknown,
): Promise<ScimAnswer> {
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  }
}

/** `POST /Users` with the attributes and the spelling of Microsoft Entra ID. */
export function entraUser(userName: string, givenName: string, familyName: string): unknown {
  return {
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    ],
    externalId: userName,
    userName,
    active: true,
    displayName: `${givenName} ${familyName}`,
    emails: [{ primary: true, type: 'work', value: userName }],
    meta: { resourceType: 'User' },
    name: { formatted: `${givenName} ${familyName}`, familyName, givenName },
    title: null,
    roles: [],
  }
}

/** Okta's group push: members are added with a path and a list. */
export function oktaAddMember(userId: string): unknown {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'add', path: 'members', value: [{ value: userId }] }],
  }
}

/** Okta's deactivation: no path. */
export const oktaDeactivation = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', value: { active: false } }],
}

/** Entra's deactivation: a capitalised operation and a boolean in a string. */
export const entraDeactivation = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'Replace', path: 'active', value: 'False' }],
}

/** The id of the one resource that a filter finds. */
export async function findOne(target: ScimTarget, path: string, filter: string): Promise<string> {
  const { body } = await sendScim(target, 'GET', `${path}?filter=${encodeURIComponent(filter)}`)
  const resources = body['Resources'] as { id: string }[]
  const [found] = resources
  if (found === undefined || resources.length > 1) {
    throw new Error(`${filter} found ${resources.length} resources`)
  }
  return found.id
}
