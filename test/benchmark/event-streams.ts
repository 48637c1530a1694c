import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** One of so many streams is listened to; the others are read and no more, or the reader would be what is measured. */
const oneOf = 50

/** Many open event streams that are read as cheaply as can be. */
export interface OpenStreams {
  /** How many of them are listened to. */
  watched: number
  /** Called for each member that a watched stream is told of, each time. */
  onMember(listener: (memberId: string) => void): void
  close(): void
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** Opens them over bare sockets, twenty for each token at most; resolves when all have said that they are ready. */
export async function openStreams(
  url: string,
  tokens: readonly string[],
  count: number,
): Promise<OpenStreams> {
  const { hostname, port, host } = new URL(url)
  const sockets: Socket[] = []
  let listener: ((memberId: string) => void) | undefined

  async function open(token: string, isWatched: boolean): Promise<void> {
    const socket = connect(Number(port), hostname)
    sockets.push(socket)
    socket.on('error', () => socket.destroy())
    const body = '{}'
    socket.write(
      `POST /team/v1/event-stream HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\n` +
        `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
    let head = ''
    while (!head.includes('"ready"')) {
      const [chunk] = (await once(socket, 'data')) as [Buffer]
      head += chunk.toString('latin1')
      if (head.length > 10_000 || /^HTTP\/1\.1 [45]/.test(head)) throw new Error(head)
    }
    socket.on('data', (chunk: Buffer) => {
      if (listener === undefined || !isWatched) return
      for (const [memberId] of chunk.toString('latin1').matchAll(uuid)) listener(memberId)
    })
  }

  for (let index = 0; index < count; index += 50) {
    await Promise.all(
      Array.from({ length: Math.min(50, count - index) }, (_, offset) =>
        open(tokens[Math.floor((index + offset) / 20)] ?? '', (index + offset) % oneOf === 0),
      ),
    )
  }
  return {
    watched: Math.ceil(count / oneOf),
    onMember(each) {
      listener = each
    },
    close() {
      for (const socket of sockets) socket.destroy()
    },
  }
}
