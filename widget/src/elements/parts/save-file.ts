import type { Desk } from '../../screens/desk.ts'

/** Lets the browser keep a file that the server makes, unless the host says no. */
export async function saveFile(
  { api, before, after }: Pick<Desk, 'api' | 'before' | 'after'>,
  { path, name, about }: { path: string; name: string; about: object },
  signal: AbortSignal,
): Promise<void> {
  if (!before('export', about)) return
  const response = await api.send(path, signal, { headers: { accept: 'text/csv' } })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
  after('export', about)
}
