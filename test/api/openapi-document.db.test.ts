import { testEngines } from '@plantel/db/testing'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  callJson,
  openTestInstallation,
  type TestInstallation,
} from '../../app/src/testing/test-installation.ts'
import { type ApiDocument, operationsOf, readDocument } from './api-document.ts'

const [engine = 'pglite'] = testEngines

describe.each(['host', 'team'] as const)('the OpenAPI document of the %s API', (api) => {
  let plantel: TestInstallation
  let document: ApiDocument

  beforeAll(async () => {
    plantel = await openTestInstallation(engine)
    document = await readDocument(plantel.url, api)
  })
  afterAll(() => plantel.close())

  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate({ ...structuredClone(document) })
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
    expect(document.openapi).toMatch(/^3\.1\./)
  })

  it('is answered to anybody, and says where the API is', async () => {
    const { status, headers } = await callJson(`${plantel.url}/${api}/v1/openapi.json`)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(document.servers).toEqual([{ url: `${plantel.url}/${api}/v1` }])
  })

  it('describes each operation: a name of its own, its credential, and every refusal as a problem', () => {
    const operations = operationsOf(document)
    const ids = operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    const faults = operations.flatMap(({ operationId, summary, security, responses }) => [
      ...(summary === '' ? [`${operationId} has no summary`] : []),
      ...(security.length === 1 ? [] : [`${operationId} has no credential`]),
      ...['400', '401', '403', '429', '500', '503']
        .filter((status) => responses[status] === undefined)
        .map((status) => `${operationId} is never refused with ${status}`),
      ...Object.entries(responses)
        .filter(([status]) => Number(status) >= 400)
        .filter(([, { content = {} }]) => !('application/problem+json' in content))
        .map(([status]) => `${operationId} says nothing of its ${status}`),
    ])
    expect(faults).toEqual([])
  })

  it('asks for the version where something is edited, and takes a key where something is made', () => {
    const takes = (name: string): string[] =>
      operationsOf(document)
        .filter(({ parameters = [] }) => parameters.some((each) => each.name === name))
        .map(({ operationId }) => operationId)
    expect(takes('If-Match')).toEqual(expect.arrayContaining(['editRole', 'deleteDepartment']))
    expect(takes('Idempotency-Key')).toEqual(expect.arrayContaining(['createRole']))
    const ofOtherMethods = operationsOf(document).filter(
      ({ method, operationId }) =>
        method !== 'post' && takes('Idempotency-Key').includes(operationId),
    )
    expect(ofOtherMethods).toEqual([])
  })

  it('has no schema that says nothing', () => {
    const empty = Object.entries(document.components.schemas).filter(
      ([, schema]) => Object.keys(schema).length === 0,
    )
    expect(empty).toEqual([])
  })
})
