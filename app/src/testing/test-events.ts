import type { StreamMessage, StreamRequest } from '@plantel/widget/contract'

/** An event stream as a test reads it. */
export interface TestEvents {
  messages: { id: string; data: StreamMessage }[]
  /** Everybody that any message named. */
  memberIds(): string[]
  /** Resolves when the server ends the stream. */
  ended: Promise<void>
  close(): void
}

/** Opens `POST /team/v1/event-stream` with a bearer or with these headers; rejects with the status when it is refused. */
export async function openEvents(
  url: string,
  credential: string | Readonly<Record<string, string>>,
  request: StreamRequest = {},
): Promise<TestEvents> {
  const abort = new AbortController()
  const response = await fetch(`${url}/team/v1/event-stream`, {
    method: 'POST',
    headers: {
      ...(typeof credential === 'string' ? { authorization: `Bearer ${credential}` } : credential),
      'content-type': 'application/json',
    },
    body: JSON.stringify(request),
    signal: abort.signal,
  })
  if (!response.ok || response.body === null) throw new Error(String(response.status))
  const messages: TestEvents['messages'] = []
  const { body } = response

  async function read(): Promise<void> {
    let text = ''
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const parts = (text + chunk).split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) {
        const match = /^(?:id: (\d+)\n)?data: (.*)$/.exec(part)
        if (match === null) continue
        messages.push({ id: match[1] ?? '', data: JSON.parse(match[2] ?? '') as StreamMessage })
      }
    }
  }

  return {
    messages,
    memberIds: () =>
      messages.flatMap(({ data }) => (data.type === 'members.changed' ? data.memberIds : [])),
    ended: read().catch((error: unknown) => {
      if (!abort.signal.aborted) throw error
    }),
    close: () => abort.abort(),
  }
}
