import { Duplex } from 'node:stream'

/** The whole of PostgreSQL's Terminate message: 'X' and its length. */
const terminate = Buffer.from([0x58, 0, 0, 0, 4])

/** Where a stream's bytes go, once there is somebody to take them. */
type Attach = (stream: PortStream) => Promise<(bytes: Uint8Array) => void>

/** What `pg` takes for a socket: its bytes go to a worker thread, which pushes the answers back. */
export class PortStream extends Duplex {
  readonly #attach: Attach
  #send: ((bytes: Uint8Array) => void) | undefined

  constructor(attach: Attach) {
    super()
    this.#attach = attach
  }

  connect(): this {
    void this.#connect()
    return this
  }

  async #connect(): Promise<void> {
    try {
      this.#send = await this.#attach(this)
      this.emit('connect')
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)))
    }
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  override _read(): void {
    // Answers are pushed as they come.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#forward(chunk)
    done()
  }

  // One message for a corked batch: the worker answers Parse … Sync as one.
  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#forward(Buffer.concat(chunks.map(({ chunk }) => chunk)))
    done()
  }

  override _final(done: () => void): void {
    this.push(null)
    done()
  }

  #forward(bytes: Buffer): void {
    // The session outlives the connection: PostgreSQL must not see it end.
    if (bytes.equals(terminate)) return
    this.#send?.(new Uint8Array(bytes))
  }
}
