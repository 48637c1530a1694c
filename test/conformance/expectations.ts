import { expect } from 'vitest'

import { urns } from '../../scim-server/src/testing/scim-bodies.ts'
import type { ScimClient, ScimResponse } from '../../scim-server/src/testing/scim-installation.ts'

/** A whole error response, to be matched: nothing but these members. RFC 7644 §3.12. */
export function refusal(status: number, scimType?: string): object {
  return {
    status,
    body: {
      schemas: [urns.error],
      status: String(status),
      ...(scimType === undefined ? {} : { scimType }),
      detail: expect.stringMatching(/./),
    },
  }
}

/** Refuses anything but this status and body. */
export function expectRefusal(response: ScimResponse, status: number, scimType?: string): void {
  expect({ status: response.status, body: response.body }).toEqual(refusal(status, scimType))
}

/** The resources of a list, in order. */
export function resourcesOf({ body }: ScimResponse): readonly Record<string, unknown>[] {
  return body['Resources'] as readonly Record<string, unknown>[]
}

/** Lists with these parameters. */
export function list(
  client: ScimClient,
  path: string,
  parameters: Readonly<Record<string, string>>,
): Promise<ScimResponse> {
  return client.request('GET', `${path}?${new URLSearchParams(parameters).toString()}`)
}

/** What is published of one attribute, by schema and path. */
export async function publishedAttribute(
  client: ScimClient,
  schema: string,
  ...names: readonly string[]
): Promise<Record<string, unknown>> {
  const { body } = await client.request('GET', `/Schemas/${schema}`)
  let found: Record<string, unknown> = { subAttributes: body['attributes'] }
  for (const name of names) {
    const children = (found['subAttributes'] ?? []) as Record<string, unknown>[]
    const child = children.find((each) => each['name'] === name)
    if (child === undefined) throw new Error(`${schema} publishes no ${names.join('.')}`)
    found = child
  }
  return found
}
