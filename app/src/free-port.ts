import { once } from 'node:events'
import { createServer } from 'node:net'

/** The preferred port of 127.0.0.1 if nobody has it, else any free one. */
export async function findFreePort(preferred: number): Promise<number> {
  return (await probe(preferred)) ?? (await probe(0)) ?? preferred
}

async function probe(port: number): Promise<number | undefined> {
  if (port > 65_535) return undefined
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch {
    return undefined
  }
  const address = server.address()
  server.close()
  await once(server, 'close')
  return address !== null && typeof address === 'object' ? address.port : undefined
}
