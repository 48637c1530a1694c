import { createServer, type RequestListener, type Server } from 'node:http'

/** A reason not to start that an operator can put right; the message is one sentence. */
export class StartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StartError'
  }
}

/** Accepts requests until it is closed. */
export interface Listener {
  /** Takes no new requests, lets running ones finish for at most `graceMs`, then cuts them off. */
  close(graceMs: number): Promise<void>
}

/** Longer than the idle time of usual load balancers, so that it is they who close. */
const keepAliveTimeoutMs = 75_000

/**
 * Listens on one address, on all (undefined), or on both loopback addresses for `localhost`: which of them
 * a client tries first differs. Throws `StartError` when the port is taken.
 */
export async function listen(
  handler: RequestListener,
  host: string | undefined,
  port: number,
): Promise<Listener> {
  const addresses = host === 'localhost' ? ['127.0.0.1', '::1'] : [host]
  const servers: Server[] = []
  try {
    for (const address of addresses) {
      const server = await listenAt(handler, address, port)
      if (server !== undefined) servers.push(server)
    }
  } catch (error) {
    await Promise.all(servers.map((server) => closeServer(server, 0)))
    throw error
  }
  return {
    async close(graceMs) {
      await Promise.all(servers.map((server) => closeServer(server, graceMs)))
    },
  }
}

/** Undefined where the machine has no IPv6 loopback. */
function listenAt(
  handler: RequestListener,
  host: string | undefined,
  port: number,
): Promise<Server | undefined> {
  const server = createServer({ keepAliveTimeout: keepAliveTimeoutMs }, handler)
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT'
      if (host === '::1' && isMissing) resolve(undefined)
      else reject(explain(error, host, port))
    })
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => resolve(server))
  })
}

function explain(error: NodeJS.ErrnoException, host: string | undefined, port: number): Error {
  const advice: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} is taken: stop what listens there, or set PORT to another number.`,
    EACCES: `This user may not listen on port ${port}: set PORT above 1023.`,
    EADDRNOTAVAIL: `PLANTEL_HOST ${host} is not an address of this machine.`,
    ENOTFOUND: `PLANTEL_HOST ${host} is not an address of this machine.`,
  }
  const message = advice[error.code ?? '']
  return message === undefined ? error : new StartError(message, { cause: error })
}

function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs)
    // A connection whose last request has just ended would be kept for the next one.
    const sweep = setInterval(() => server.closeIdleConnections(), 50)
    server.close(() => {
      clearTimeout(cut)
      clearInterval(sweep)
      resolve()
    })
  })
}
