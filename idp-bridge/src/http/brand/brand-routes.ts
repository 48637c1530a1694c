import type { Database } from '@plantel/db'
import { findWorkspace } from '@plantel/team'
import type { Request, Response } from 'express'

import type { GuardedFetch } from '../../outgoing/guarded-fetch.ts'
import { SignInError } from '../../sign-in/sign-in-error.ts'
import { accentStylesheet, parseColor } from './accent.ts'

/** What browsers draw and can run no script. */
const imageTypes: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/gif',
])
const keptMs = 10 * 60_000
const keptLogos = 200

/** Logos and colours of workspaces, from our own origin: the pages load nothing from elsewhere. */
export interface BrandRoutes {
  /** `/sign-in/accent/:color.css` */
  accent: (req: Request, res: Response) => void
  /** `/sign-in/logo/:workspace` */
  logo: (req: Request, res: Response) => Promise<void>
}

interface Logo {
  type: string
  bytes: Buffer
}

export function createBrandRoutes(db: Database, fetch: GuardedFetch): BrandRoutes {
  const logos = new Map<string, { readAt: number; logo: Promise<Logo | undefined> }>()

  async function read(url: string): Promise<Logo | undefined> {
    try {
      const response = await fetch(url)
      const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
      if (!response.ok || !imageTypes.has(type)) return undefined
      return { type, bytes: Buffer.from(await response.arrayBuffer()) }
    } catch {
      // A logo that can't be had is no reason to fail.
      return undefined
    }
  }

  function load(url: string): Promise<Logo | undefined> {
    const known = logos.get(url)
    if (known !== undefined && Date.now() - known.readAt < keptMs) return known.logo
    const logo = read(url)
    logos.delete(url)
    logos.set(url, { readAt: Date.now(), logo })
    const [oldest] = logos.keys()
    if (logos.size > keptLogos && oldest !== undefined) logos.delete(oldest)
    return logo
  }

  return {
    accent(req, res) {
      const color = parseColor(String(req.params['color']))
      if (color === undefined) throw new SignInError('request-invalid', { adminDetail: 'color' })
      res
        .set({ 'cache-control': 'public, max-age=31536000, immutable' })
        .type('css')
        .send(accentStylesheet(color))
    },

    async logo(req, res) {
      const workspace = await findWorkspace(db, undefined, String(req.params['workspace']))
      const url = workspace?.brand?.logoUrl
      const logo = url === undefined ? undefined : await load(url)
      if (logo === undefined) {
        res.status(404).end()
        return
      }
      res
        .set({
          'cache-control': 'public, max-age=600',
          'content-security-policy': "default-src 'none'; sandbox",
          'x-content-type-options': 'nosniff',
        })
        .type(logo.type)
        .send(logo.bytes)
    },
  }
}
