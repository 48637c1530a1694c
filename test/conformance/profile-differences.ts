import { editMember, editWorkspace, TeamError } from '@plantel/team'

import { createClientSecret } from '../../scim-server/src/connections/client-secrets.ts'
import type { Profile } from '../../scim-server/src/protocol/profile.ts'
import {
  createGroup,
  createUser,
  freshName,
  memberIds,
  patch,
  urns,
} from '../../scim-server/src/testing/scim-bodies.ts'
import type { ScimClient, ScimResponse } from '../../scim-server/src/testing/scim-installation.ts'

/** Something that the profiles of a connection answer differently, or on purpose alike. */
export interface ProfileDifference {
  readonly behaviour: string
  /** In words, for the page; each is what `observe` answers. */
  readonly expected: Readonly<Record<Profile, string>>
  readonly observe: (client: ScimClient) => Promise<string>
}

const work = { value: 'w@x.example', type: 'work' }

/** `400 noTarget`, or what a 2xx made of it. */
function outcome(response: ScimResponse, show: (body: Record<string, unknown>) => string): string {
  const { status, body } = response
  if (status < 300) return show(body)
  const { scimType } = body
  return typeof scimType === 'string' ? `${status} ${scimType}` : String(status)
}

async function patched(
  client: ScimClient,
  attributes: object,
  operation: object,
  show: (body: Record<string, unknown>) => string,
): Promise<string> {
  const { id } = await createUser(client, { ...attributes })
  return outcome(await patch(client, `/Users/${id}`, operation), show)
}

const json = (value: unknown): string => (value === undefined ? 'absent' : JSON.stringify(value))

/** How many warnings a request left in the request log. */
async function warnings(client: ScimClient, response: ScimResponse): Promise<number> {
  return client.inWorkspace(async (trx) => {
    const row = await trx.query
      .selectFrom('scim_requests')
      .select('warnings')
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', response.headers.get('x-request-id') ?? '')
      .executeTakeFirst()
    return row?.warnings.length ?? 0
  })
}

/** The differences between the profiles, as a connection shows them over HTTP. */
export const profileDifferences: readonly ProfileDifference[] = [
  {
    behaviour: 'client secret at the token endpoint',
    expected: { compat: 'access token', rfc: 'access token', interop: '401 invalid_client' },
    async observe(client) {
      const { plainSecret } = await client.inWorkspace((trx) =>
        createClientSecret(trx, client.connectionId),
      )
      const response = await fetch(client.urlOf('/oauth2/token'), {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: client.connectionId,
          client_secret: plainSecret,
        }),
      })
      const body = (await response.json()) as Record<string, unknown>
      return response.status === 200 && typeof body['access_token'] === 'string'
        ? 'access token'
        : `${response.status} ${String(body['error'])}`
    },
  },
  {
    behaviour: 'static bearer token (an administrator chooses to make one)',
    expected: { compat: 'accepted', rfc: 'accepted', interop: 'accepted' },
    async observe(client) {
      const { status } = await client.request('GET', '/Users?count=0')
      return status === 200 ? 'accepted' : String(status)
    },
  },
  {
    behaviour: 'primary authentication scheme',
    expected: { compat: 'oauthbearertoken', rfc: 'oauthbearertoken', interop: 'oauth2' },
    async observe(client) {
      const { body } = await client.request('GET', '/ServiceProviderConfig')
      const schemes = body['authenticationSchemes'] as { type: string; primary: boolean }[]
      return schemes
        .filter(({ primary }) => primary)
        .map(({ type }) => type)
        .join()
    },
  },
  {
    behaviour: 'PATCH operation without path',
    expected: { compat: 'accepted', rfc: 'accepted', interop: '400 invalidSyntax' },
    observe: (client) =>
      patched(client, {}, { op: 'replace', value: { title: 'T' } }, ({ title }) =>
        title === 'T' ? 'accepted' : 'lost',
      ),
  },
  {
    behaviour: 'letter case of `op`',
    expected: { compat: 'any', rfc: 'any', interop: 'any' },
    async observe(client) {
      for (const op of ['Replace', 'REPLACE', 'replace']) {
        const seen = await patched(client, {}, { op, path: 'title', value: op }, ({ title }) =>
          String(title),
        )
        if (seen !== op) return seen
      }
      return 'any'
    },
  },
  {
    behaviour: 'replace of a whole singular complex attribute',
    expected: { compat: 'merged', rfc: 'merged', interop: 'replaced' },
    observe: (client) =>
      patched(
        client,
        { name: { givenName: 'G', familyName: 'F' } },
        { op: 'replace', path: 'name', value: { familyName: 'N' } },
        ({ name }) => (json(name) === '{"familyName":"N"}' ? 'replaced' : 'merged'),
      ),
  },
  {
    behaviour: 'unknown attribute in a body',
    expected: {
      compat: 'ignored, with a warning',
      rfc: 'ignored, with a warning',
      interop: '400 invalidSyntax',
    },
    async observe(client) {
      const body = { schemas: [urns.user], userName: freshName('u'), shoeSize: 43 }
      return ignored(client, await client.request('POST', '/Users', body))
    },
  },
  {
    behaviour: 'unknown schema URN in a body',
    expected: {
      compat: 'ignored, with a warning',
      rfc: 'ignored, with a warning',
      interop: '400 invalidSyntax',
    },
    async observe(client) {
      const urn = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'
      const body = { schemas: [urns.group, urn], displayName: freshName('g') }
      return ignored(client, await client.request('POST', '/Groups', body))
    },
  },
  {
    behaviour: 'remove by a filter that matches nothing',
    expected: { compat: 'nothing to do', rfc: '400 noTarget', interop: '400 noTarget' },
    observe: (client) =>
      patched(
        client,
        { emails: [work] },
        { op: 'remove', path: 'emails[type eq "home"]' },
        ({ emails }) => (json(emails) === json([work]) ? 'nothing to do' : json(emails)),
      ),
  },
  {
    behaviour: 'replace by an equality that matches nothing',
    expected: { compat: 'created', rfc: '400 noTarget', interop: '400 noTarget' },
    observe: (client) =>
      patched(
        client,
        { emails: [work] },
        { op: 'replace', path: 'emails[type eq "home"].value', value: 'h@x.example' },
        ({ emails }) => ((emails as object[]).length === 2 ? 'created' : json(emails)),
      ),
  },
  {
    behaviour: 'remove by a filter that matches several values',
    expected: { compat: 'all of them', rfc: 'all of them', interop: '400 invalidFilter' },
    observe: (client) =>
      patched(
        client,
        { emails: [work, { value: 'v@x.example', type: 'work' }] },
        { op: 'remove', path: 'emails[type eq "work"]' },
        ({ emails }) => (emails === undefined ? 'all of them' : json(emails)),
      ),
  },
  {
    behaviour: 'replace by a filter that matches several values',
    expected: { compat: 'all of them', rfc: 'all of them', interop: '400 invalidFilter' },
    observe: (client) =>
      patched(
        client,
        { emails: [work, { value: 'v@x.example', type: 'work' }] },
        { op: 'replace', path: 'emails[type eq "work"].type', value: 'home' },
        ({ emails }) =>
          (emails as { type: string }[]).every(({ type }) => type === 'home')
            ? 'all of them'
            : json(emails),
      ),
  },
  {
    behaviour: 'a filter path that names whole values: `emails[type eq "work"]`',
    expected: { compat: 'accepted', rfc: 'accepted', interop: '400 invalidPath' },
    observe: (client) =>
      patched(
        client,
        { emails: [work] },
        { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'n@x.example' } },
        ({ emails }) =>
          json(emails) === json([{ ...work, value: 'n@x.example' }]) ? 'accepted' : json(emails),
      ),
  },
  {
    behaviour: 'a boolean as text',
    expected: { compat: 'read', rfc: '400 invalidValue', interop: '400 invalidValue' },
    observe: (client) =>
      patched(client, {}, { op: 'replace', path: 'active', value: 'False' }, ({ active }) =>
        active === false ? 'read' : json(active),
      ),
  },
  {
    behaviour: 'one value for a list',
    expected: { compat: 'read', rfc: '400 invalidValue', interop: '400 invalidValue' },
    observe: (client) =>
      patched(client, {}, { op: 'replace', path: 'emails', value: work }, ({ emails }) =>
        json(emails) === json([work]) ? 'read' : json(emails),
      ),
  },
  {
    behaviour: 'a role as JSON inside a text',
    expected: { compat: 'opened', rfc: 'kept as text', interop: '400 invalidValue' },
    observe: (client) =>
      patched(
        client,
        {},
        { op: 'add', path: 'roles', value: [{ value: '{"value":"agent","displayName":"A"}' }] },
        ({ roles }) => (json(roles).includes('\\"') ? 'kept as text' : 'opened'),
      ),
  },
  {
    behaviour: 'PUT',
    expected: { compat: 'accepted', rfc: 'accepted', interop: 'accepted' },
    async observe(client) {
      const { id, body } = await createUser(client)
      const { groups: _groups, ...sent } = { ...body, title: 'T' } as Record<string, unknown>
      const answer = await client.request('PUT', `/Users/${id}`, sent)
      return outcome(answer, ({ title }) => (title === 'T' ? 'accepted' : 'lost'))
    },
  },
  {
    behaviour: '`interopProfileConformant` of ServiceProviderConfig',
    expected: { compat: 'false', rfc: 'false', interop: 'true' },
    async observe(client) {
      const { body } = await client.request('GET', '/ServiceProviderConfig')
      return String(body['interopProfileConformant'])
    },
  },
  {
    behaviour: 'an unknown member among known ones',
    expected: {
      compat: 'the known ones are added',
      rfc: '400 invalidValue',
      interop: '400 invalidValue',
    },
    async observe(client) {
      const { id } = await createUser(client)
      const group = await createGroup(client)
      const value = [{ value: id }, { value: freshName('nobody') }]
      const answer = await patch(client, `/Groups/${group.id}`, {
        op: 'add',
        path: 'members',
        value,
      })
      const members = await memberIds(client, group.id)
      return outcome(answer, () => (members.join() === id ? 'the known ones are added' : 'lost'))
    },
  },
  {
    behaviour: 'a second group of the same name',
    expected: { compat: '409 uniqueness', rfc: 'accepted', interop: '409 uniqueness' },
    async observe(client) {
      const body = { schemas: [urns.group], displayName: freshName('g') }
      await client.request('POST', '/Groups', body)
      return outcome(await client.request('POST', '/Groups', body), () => 'accepted')
    },
  },
  {
    behaviour: 'a second user of the same externalId',
    expected: { compat: 'accepted', rfc: 'accepted', interop: '409 uniqueness' },
    async observe(client) {
      const externalId = freshName('x')
      await createUser(client, { externalId })
      const body = { schemas: [urns.user], userName: freshName('u'), externalId }
      return outcome(await client.request('POST', '/Users', body), () => 'accepted')
    },
  },
  {
    behaviour: 'a PATCH without operations',
    expected: { compat: 'nothing to do', rfc: '400 invalidSyntax', interop: '400 invalidSyntax' },
    async observe(client) {
      const { id } = await createUser(client)
      return outcome(await patch(client, `/Users/${id}`), () => 'nothing to do')
    },
  },
  {
    behaviour: 'a value outside the canonical ones',
    expected: { compat: 'accepted', rfc: 'accepted', interop: '400 invalidValue' },
    async observe(client) {
      const emails = [{ value: 'a@x.example', type: 'boat' }]
      const body = { schemas: [urns.user], userName: freshName('u'), emails }
      return outcome(await client.request('POST', '/Users', body), () => 'accepted')
    },
  },
  {
    behaviour:
      'a role that people give to somebody of the directory, where the workspace lets them',
    expected: { compat: 'counts', rfc: 'counts', interop: 'refused' },
    async observe(client) {
      const { id } = await createUser(client)
      return client.inWorkspace(async (trx) => {
        await editWorkspace(trx, { policies: { localRoles: 'additive' } })
        const { id: memberId } = await trx.query
          .selectFrom('members')
          .select('id')
          .where('workspace_id', '=', trx.workspaceId)
          .where('directory_user_id', '=', id)
          .executeTakeFirstOrThrow()
        try {
          await editMember(trx, memberId, { role: 'agent' })
          return 'counts'
        } catch (error) {
          if (error instanceof TeamError && error.code === 'managed-by-directory') return 'refused'
          throw error
        }
      })
    },
  },
  {
    behaviour: 'a role that the workspace does not have',
    expected: {
      compat: 'kept, with a warning',
      rfc: 'kept, with a warning',
      interop: '400 invalidValue',
    },
    async observe(client) {
      const body = { schemas: [urns.user], userName: freshName('u'), roles: [{ value: 'wizard' }] }
      const answer = await client.request('POST', '/Users', body)
      const seen = await warnings(client, answer)
      return outcome(answer, ({ roles }) =>
        json(roles) === '[{"value":"wizard"}]' && seen === 1 ? 'kept, with a warning' : 'lost',
      )
    },
  },
]

async function ignored(client: ScimClient, response: ScimResponse): Promise<string> {
  const seen = await warnings(client, response)
  return outcome(response, () => (seen > 0 ? 'ignored, with a warning' : 'ignored'))
}
