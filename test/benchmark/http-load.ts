import { connect, type Socket } from 'node:net'

/** One HTTP request of a load. */
export interface LoadRequest {
  method: string
  url: string
  headers: Record<string, string>
  body?: string
}

/** What came back. */
export interface LoadAnswer {
  status: number
  /** Parsed on demand: most answers are only counted. */
  readBody: () => Record<string, unknown>
}

/** Where the answer that is coming in ends. */
type AnswerEnd = { bytes: number; headBytes: number; status: number } | 'chunked'

/**
 * One keep-alive connection, one request at a time. It reads no more of an answer than it takes to know its end: the
 * load shares the cores with what it measures, and `node:http` would take a third of them.
 */
export class LoadConnection {
  readonly #socket: Socket
  #pending: PromiseWithResolvers<LoadAnswer> | undefined
  #received: Buffer[] = []
  #bytes = 0
  /** Undefined until the head is complete. */
  #expected: AnswerEnd | undefined

  constructor(origin: string) {
    const { hostname, port } = new URL(origin)
    this.#socket = connect(Number(port), hostname)
    this.#socket.setNoDelay(true)
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    this.#socket.on('error', (error) => this.#pending?.reject(error))
    this.#socket.on('close', () => this.#pending?.reject(new Error('the connection was closed')))
  }

  send({ method, url, headers, body = '' }: LoadRequest): Promise<LoadAnswer> {
    const pending = Promise.withResolvers<LoadAnswer>()
    this.#pending = pending
    const { host, pathname, search } = new URL(url)
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const length = body === '' ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`
    this.#socket.write(
      `${method} ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\n${lines.join('')}${length}\r\n${body}`,
    )
    return pending.promise
  }

  close(): void {
    this.#pending = undefined
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    this.#received.push(chunk)
    this.#bytes += chunk.length
    this.#expected ??= this.#readHead()
    if (this.#expected === undefined) return
    if (this.#expected === 'chunked') {
      if (!endsChunked(this.#received)) return
      const pieces = this.#received
      this.#finish({
        status: statusOf(Buffer.concat(pieces)),
        readBody: () => JSON.parse(joinChunks(Buffer.concat(pieces))) as Record<string, unknown>,
      })
    } else if (this.#bytes >= this.#expected.bytes) {
      const { status, headBytes } = this.#expected
      const pieces = this.#received
      this.#finish({
        status,
        readBody: () =>
          JSON.parse(Buffer.concat(pieces).toString('utf8', headBytes)) as Record<string, unknown>,
      })
    }
  }

  #readHead(): AnswerEnd | undefined {
    const whole = this.#received.length === 1 ? this.#received[0] : Buffer.concat(this.#received)
    const end = whole?.indexOf('\r\n\r\n') ?? -1
    if (whole === undefined || end === -1) return undefined
    const head = whole.toString('latin1', 0, end)
    if (/\r\ntransfer-encoding: chunked/i.test(head)) return 'chunked'
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
    return { status: statusOf(whole), headBytes: end + 4, bytes: end + 4 + length }
  }

  #finish(answer: LoadAnswer): void {
    this.#received = []
    this.#bytes = 0
    this.#expected = undefined
    const pending = this.#pending
    this.#pending = undefined
    pending?.resolve(answer)
  }
}

/** The body of an answer in chunks. RFC 9112 §7.1. */
function joinChunks(answer: Buffer): string {
  const chunks: Buffer[] = []
  for (let at = answer.indexOf('\r\n\r\n') + 4; ;) {
    const lineEnd = answer.indexOf('\r\n', at)
    const length = Number.parseInt(answer.toString('latin1', at, lineEnd), 16)
    if (!(length > 0)) return Buffer.concat(chunks).toString()
    chunks.push(answer.subarray(lineEnd + 2, lineEnd + 2 + length))
    at = lineEnd + 2 + length + 2
  }
}

/** `HTTP/1.1 200 OK` */
function statusOf(answer: Buffer): number {
  return Number(answer.toString('latin1', 9, 12))
}

function endsChunked(received: readonly Buffer[]): boolean {
  const end = Buffer.concat(received.slice(-2))
  return end.length >= 5 && end.toString('latin1', end.length - 5) === '0\r\n\r\n'
}
