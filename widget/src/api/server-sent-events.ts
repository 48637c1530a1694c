/** The `text/event-stream` format. HTML Standard §9.2.6. */

/** One dispatched event; `id` is undefined until the stream has sent one. */
export interface ServerSentEvent {
  id: string | undefined
  data: string
}

/** Takes the stream's text in pieces of any size and gives the events that are complete. */
export function createServerSentEventParser(): (text: string) => ServerSentEvent[] {
  let rest = ''
  let id: string | undefined
  let data: string[] = []

  function takeLine(line: string): ServerSentEvent | null {
    if (line === '') {
      const event = data.length === 0 ? null : { id, data: data.join('\n') }
      data = []
      return event
    }
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    if (field === 'id' && !value.includes('\0')) id = value
    return null
  }

  return (text) => {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    return lines.map(takeLine).filter((event) => event !== null)
  }
}
