import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A port that is free, and the next one too, which the demo's pages like to have. Picked at random below the range from
 * which the system hands out ports, so that neither a test that runs at the same time nor a connection to somewhere
 * takes it before it is listened on.
 */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + 2 * randomInt(10_000)
    if ((await isFree(port)) && (await isFree(port + 1))) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    server.close()
    await once(server, 'close')
    return true
  } catch {
    return false
  }
}
