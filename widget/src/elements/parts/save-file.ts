import type { Desk } from '../../screens/desk.ts'

/** Lets the browser keep a file that the server makes. */
export async function keepFile(
  api: Desk['api'],
  { path, name }: { path: string; name: string },
  signal: AbortSignal,
): Promise<void> {
  const response = await api.send(path, signal, { headers: { accept: 'text/csv' } })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = name
  link.click()
  // The download has begun by then; the address would keep the file in memory.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** The same, unless the host says no. */
export async function saveFile(
  { api, before, after }: Pick<Desk, 'api' | 'before' | 'after'>,
  { about, ...file }: { path: string; name: string; about: object },
  signal: AbortSignal,
): Promise<void> {
  if (!before('export', about)) return
  await keepFile(api, file, signal)
  after('export', about)
}
