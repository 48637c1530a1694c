import { createChannel, deleteChannel, listChannels, renameChannel } from '@plantel/team'
import { z } from 'zod'

import { emptyQuery, parseRequest, pathParameter } from '../parse-request.ts'
import type { Route } from '../route-table.ts'
import type { TeamEdge } from '../team-settings/team-edge.ts'

const name = z.string().trim().min(1).max(200)
const draft = z.strictObject({ key: z.string().regex(/^[\w.-]{1,64}$/), name })
const rename = z.strictObject({ name })

/** `/channels`: the inbox's own, which only the host knows. */
export function channelTable(edge: TeamEdge, prefix: string): Route[] {
  const one = `${prefix}/channels/:channel`
  return [
    [
      'get',
      `${prefix}/channels`,
      async (request, response) => {
        parseRequest(emptyQuery, request.query)
        response.json({ channels: await edge.open(request, listChannels) })
      },
    ],
    [
      'post',
      `${prefix}/channels`,
      async (request, response) => {
        parseRequest(emptyQuery, request.query)
        const wanted = parseRequest(draft, request.body)
        const { id } = await edge.open(request, (trx) => createChannel(trx, wanted))
        response.status(201).json({ id, ...wanted })
      },
    ],
    [
      'patch',
      one,
      async (request, response) => {
        parseRequest(emptyQuery, request.query)
        const version = edge.versionOf(request)
        const wanted = parseRequest(rename, request.body)
        const channel = pathParameter(request, 'channel')
        await edge.open(request, (trx) => renameChannel(trx, channel, wanted.name, version))
        response.status(204).end()
      },
    ],
    [
      'delete',
      one,
      async (request, response) => {
        parseRequest(emptyQuery, request.query)
        const version = edge.versionOf(request)
        const channel = pathParameter(request, 'channel')
        await edge.open(request, (trx) => deleteChannel(trx, channel, version))
        response.status(204).end()
      },
    ],
  ]
}
