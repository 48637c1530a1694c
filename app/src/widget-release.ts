import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'

/** One build of the widget: where it is for good, and what each of its files must be. */
export interface WidgetRelease {
  /** Below `/widget`: the version and a digest of everything in it. */
  path: string
  /** By file, such as `chunks/es-1a2b3c4d.js`, as Subresource Integrity writes it. */
  integrity: Readonly<Record<string, string>>
}

/** Names the build in a folder by its content, so that its address can be kept for a year. */
export function readWidgetRelease(folder: string, version: string): WidgetRelease {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.js'))
    .toSorted()
  const integrity = Object.fromEntries(
    files.map((file) => {
      const digest = createHash('sha384').update(readFileSync(`${folder}/${file}`))
      return [file, `sha384-${digest.digest('base64')}`]
    }),
  )
  const content = createHash('sha256').update(JSON.stringify(integrity)).digest('hex')
  return { path: `${version}-${content.slice(0, 12)}`, integrity }
}

/** What a page needs to `import '@plantel/widget'` and get these very bytes. https://html.spec.whatwg.org/#import-map-integrity */
export interface WidgetImportMap {
  imports: Record<string, string>
  integrity: Record<string, string>
}

/** The import map for pages anywhere; its addresses are absolute. */
export function importMapOf(
  { path, integrity }: WidgetRelease,
  publicUrl: string,
): WidgetImportMap {
  const address = (file: string): string => `${publicUrl}/widget/${path}/${file}`
  return {
    imports: { '@plantel/widget': address('team-widget.js') },
    integrity: Object.fromEntries(
      Object.entries(integrity).map(([file, digest]) => [address(file), digest]),
    ),
  }
}
