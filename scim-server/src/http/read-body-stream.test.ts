import { once } from 'node:events'
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request as sendRequest,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { LongList } from '../protocol/long-list.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { readBodyStream } from './read-body-stream.ts'

class CountedList extends LongList {
  count = 0

  push(elements: readonly unknown[]): void {
    this.count += elements.length
  }
}

const limits = { body: 1_048_576, shortLists: 65_536, batch: 16_384, elements: 1_000_000 }

/** Answers how many elements there were, or the status of the refusal. */
const server = createServer((request, response) => {
  const list = new CountedList()
  void readBodyStream(request, { isLong: (name) => name === 'members', open: () => list }, limits)
    .then(
      () => String(list.count),
      (error: unknown) => String(error instanceof ScimError ? error.status : error),
    )
    .then((answer) => response.end(answer))
})
let url: string

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
})

/** As Okta sends a member back: what the server showed of it, with the name. */
const id = '0192d3c4-5b6a-7c8d-9e0f-a1b2c3d4e5f6'
const member = JSON.stringify({
  value: id,
  $ref: `https://plantel.example/scim/v2/${id}/Users/${id}`,
  type: 'User',
  display: 'Maria de los Angeles Gutierrez Hernandez',
})

async function answerTo(request: ClientRequest): Promise<string> {
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return text(response)
}

async function put(members: number): Promise<string> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const piece = Buffer.from(`${member},`.repeat(1_000))
    yield Buffer.from('{"members":[')
    for (let sent = 1_000; sent < members; sent += 1_000) yield piece
    yield Buffer.from(`${`${member},`.repeat(999)}${member}]}`)
  }
  const request = sendRequest(url, { method: 'PUT' })
  Readable.from(pieces()).pipe(request)
  return answerTo(request)
}

test('half a million members with $ref and display are read', async () => {
  expect(member.length * 500_000).toBeGreaterThan(100 * 2 ** 20)
  expect(await put(500_000)).toBe('500000')
})

test('more than a million are refused, however they arrive', async () => {
  expect(await put(1_001_000)).toBe('413')
})

test('a body that says it is too long is refused before it is read', async () => {
  const headers = { 'content-length': '268435457', connection: 'close' }
  const request = sendRequest(url, { method: 'PUT', headers })
  request.flushHeaders()
  expect(await answerTo(request)).toBe('413')
  request.destroy()
})
