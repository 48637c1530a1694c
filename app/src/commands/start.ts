import { parseConfig } from '../config.ts'
import { createLogger } from '../logger.ts'
import { startPlantel } from '../start-plantel.ts'
import { stopOnSignal } from '../stop-on-signal.ts'

/** `plantel start`: serves until a signal comes. */
export async function start(): Promise<void> {
  const config = parseConfig(process.env)
  const log = createLogger(config.logLevel)
  const running = startPlantel(config, log)
  // From the first moment: whoever stops a start must not leave a half-open database behind.
  stopOnSignal(async () => {
    const plantel = await running.catch(() => undefined)
    await plantel?.stop()
  })
  const { url, demoUrl } = await running
  if (demoUrl === undefined) {
    log.info({ url }, 'Plantel is ready')
    return
  }
  const pages = [
    ['An inbox with the Team widget', `${url}/demo`],
    ['The corporate directory: hire, move, let go', `${url}/demo/directory`],
    ['Mail that would have been sent', `${url}/demo/mailbox`],
  ] as const
  const width = Math.max(...pages.map(([title]) => title.length))
  const lines = [
    '',
    '  Plantel is ready (demo). Open the first two side by side:',
    '',
    ...pages.map(([title, address]) => `    ${title.padEnd(width)}   ${address}`),
    '',
    `  Tokens to try with curl: ${config.dataFolder}/demo.json`,
    '  Ctrl-C stops it; starting again keeps the data.',
    '',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
