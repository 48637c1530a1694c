/** What an API can do, for people and for programs that make clients. OpenAPI 3.1. */
import type { ProblemCode } from '@plantel/widget/contract'
import { z } from 'zod'
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi'

import { problemKinds } from '../problem.ts'
import type { Api, ApiDescription } from './api.ts'
import { takesIdempotencyKey } from './idempotency.ts'
import type { AnswerShape, Operation } from './operation.ts'
import { namesInPath, pathParameters } from './path-parameters.ts'
import { refusalsOf } from './refusals.ts'

export type OpenApiDocument = ReturnType<typeof createDocument>

/** The version of both APIs; it grows with what is added, and `v1` in their addresses stays while nothing is taken away. */
export const apiVersion = '1.0'

const problem = z
  .object({
    type: z.string().meta({ example: 'urn:plantel:problem:conflict' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What went wrong and what to do, for people.' }),
    code: z
      .enum(Object.keys(problemKinds) as ProblemCode[])
      .meta({ description: 'Stable, for programs.' }),
    requestId: z.string().meta({ description: "Names the request in the server's log." }),
    reason: z.string().optional().meta({
      description: 'The precise cause where `code` is only its kind, such as `last-owner`.',
    }),
    errors: z
      .array(z.object({ pointer: z.string(), detail: z.string() }))
      .optional()
      .meta({ description: 'Where an invalid request is wrong, by JSON Pointer.' }),
    difference: z
      .unknown()
      .optional()
      .meta({ description: 'What rules would do now, where it is not what was shown.' }),
    refused: z
      .array(
        z.object({
          email: z.string(),
          line: z.int().nullable(),
          reason: z.string(),
          subject: z.string().nullable(),
          detail: z.string(),
        }),
      )
      .optional()
      .meta({ description: 'Whom a list could not add, and why.' }),
  })
  .meta({ id: 'Problem', description: 'A refusal. RFC 9457.' })

const etag = z.string().meta({ description: 'The version that is shown.', example: '"7"' })

const limitHeaders = {
  RateLimit: z.string().optional().meta({
    description:
      'How many requests are left (`r`), and in how many seconds (`t`) all will be there again. Replicas agree on it within a second.',
    example: '"requests";r=599;t=1',
  }),
  'RateLimit-Policy': z
    .string()
    .optional()
    .meta({ description: 'How many requests (`q`) in how many seconds (`w`).' }),
}

/** Describes everything that an API can do. */
export function createOpenApiDocument<Caller>(api: Api<Caller>): OpenApiDocument {
  const { title, description, url, credential, cookieCredential = {}, operations } = api
  const paths: ZodOpenApiPathsObject = {}
  for (const operation of operations) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: describeOperation(api, operation),
    }
  }
  return createDocument(
    {
      openapi: '3.1.1',
      info: {
        title,
        description,
        version: apiVersion,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url }],
      tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
      paths,
      components: {
        securitySchemes: {
          [credential.name]: {
            type: 'http',
            scheme: 'bearer',
            description: credential.description,
          },
          ...Object.fromEntries(
            Object.entries(cookieCredential).map(([name, place]) => [
              name,
              { type: 'apiKey' as const, ...place },
            ]),
          ),
        },
      },
    },
    {
      override({ zodSchema, jsonSchema }) {
        if (!(zodSchema instanceof z.ZodDate)) return
        jsonSchema.type = 'string'
        jsonSchema.format = 'date-time'
      },
    },
  )
}

function describeOperation<Caller>(
  api: Api<Caller>,
  operation: Operation<Caller>,
): ZodOpenApiOperationObject {
  const { id, tag, summary, description, scope, query, body, answers } = operation
  const notes = [description, api.scoped ? `Needs the scope \`${scope}\`.` : undefined]
  const note = notes.filter((each) => each !== undefined).join('\n\n')
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(note === '' ? {} : { description: note }),
    security: [
      { [api.credential.name]: api.scoped ? [scope] : [] },
      ...(api.cookieCredential === undefined
        ? []
        : [Object.fromEntries(Object.keys(api.cookieCredential).map((name) => [name, []]))]),
    ],
    requestParams: {
      path: z.object(pathShape(operation.path)),
      header: z.object(headerShape(api, operation)),
      ...(query instanceof z.ZodObject ? { query } : {}),
    },
    ...(body === undefined ? {} : { requestBody: describeBody(body) }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, shape]) => [status, describeAnswer(shape)]),
      ),
      ...describeRefusals(refusalsOf(api, operation)),
    },
  }
}

function pathShape(path: string): Record<string, z.ZodType> {
  return Object.fromEntries(
    namesInPath(path).map((name) => {
      const { format, description } = pathParameters[name]
      return [name, (format === 'uuid' ? z.uuid() : z.string()).meta({ description })]
    }),
  )
}

function headerShape<Caller>(
  { ifMatch }: ApiDescription,
  operation: Operation<Caller>,
): Record<string, z.ZodType> {
  const version = z.string().meta({
    description:
      'The ETag that was read, so that nobody overwrites what they have not seen; `*` for any.',
    example: '"7"',
  })
  return {
    ...(operation.versioned === true
      ? { 'If-Match': ifMatch === 'required' ? version : version.optional() }
      : {}),
    ...(takesIdempotencyKey(operation)
      ? {
          'Idempotency-Key': z.string().min(1).max(255).optional().meta({
            description:
              'For 24 hours the same request with the same key is answered as the first time and does nothing.',
            example: '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
          }),
        }
      : {}),
  }
}

function describeBody(
  body: NonNullable<Operation<never>['body']>,
): NonNullable<ZodOpenApiOperationObject['requestBody']> {
  if ('mediaType' in body) {
    const { mediaType, description, maxBytes } = body
    const size = `At most ${Math.floor(maxBytes / 1_048_576)} MiB of UTF-8.`
    return {
      required: true,
      description: `${description} ${size}`,
      content: { [mediaType]: { schema: { type: 'string' } } },
    }
  }
  return {
    required: !body.safeParse(undefined).success,
    content: { 'application/json': { schema: body } },
  }
}

function describeAnswer({
  description,
  body,
  stream,
  etag: hasEtag,
  location,
}: AnswerShape): ZodOpenApiResponseObject {
  return {
    description,
    headers: z.object({
      ...(hasEtag === true ? { ETag: etag } : {}),
      ...(location === true ? { Location: z.string() } : {}),
      ...limitHeaders,
    }),
    ...(body === undefined ? {} : { content: { 'application/json': { schema: body } } }),
    ...(stream === undefined
      ? {}
      : { content: { [stream]: { schema: { type: 'string' as const } } } }),
  }
}

function describeRefusals(
  codes: ReadonlySet<ProblemCode>,
): Record<string, ZodOpenApiResponseObject> {
  const byStatus = Map.groupBy(codes, (code) => problemKinds[code][0])
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      String(status),
      {
        description: group.map((code) => `${problemKinds[code][1]} (\`${code}\`)`).join(', or '),
        ...(status === 401 ? { headers: z.object({ 'WWW-Authenticate': z.string() }) } : {}),
        ...(status === 429 || status === 503
          ? { headers: z.object({ 'Retry-After': z.string().meta({ description: 'Seconds.' }) }) }
          : {}),
        content: { 'application/problem+json': { schema: problem } },
      },
    ]),
  )
}
