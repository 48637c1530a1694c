import { callJson } from '../../app/src/testing/test-installation.ts'

/** A JSON Schema as far as it is looked at here. */
export interface JsonSchema {
  $ref?: string
  type?: string | string[]
  format?: string
  const?: unknown
  enum?: unknown[]
  pattern?: string
  minLength?: number
  minItems?: number
  minimum?: number
  example?: unknown
  examples?: unknown[]
  default?: unknown
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
}

export interface ApiParameter {
  in: 'path' | 'query' | 'header'
  name: string
  required?: boolean
  schema: JsonSchema
}

/** An operation with where it is. */
export interface ApiOperation {
  method: string
  path: string
  operationId: string
  summary: string
  security: Record<string, string[]>[]
  parameters?: ApiParameter[]
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> }
  responses: Record<string, { content?: Record<string, { schema: JsonSchema }> }>
}

export interface ApiDocument {
  openapi: string
  servers: { url: string }[]
  paths: Record<string, Record<string, Omit<ApiOperation, 'method' | 'path'>>>
  components: { schemas: Record<string, JsonSchema> }
}

/** The document that an installation serves. */
export async function readDocument(url: string, api: 'host' | 'team'): Promise<ApiDocument> {
  const { body } = await callJson(`${url}/${api}/v1/openapi.json`)
  return body as unknown as ApiDocument
}

/** Every operation of a document. */
export function operationsOf({ paths }: ApiDocument): ApiOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method, path })),
  )
}
