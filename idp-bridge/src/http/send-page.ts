import type { Response } from 'express'

import { type Page, pageHeaders } from './page.ts'

export function sendPage(res: Response, status: number, page: Page): void {
  res.status(status).set(page.headers).send(page.html)
}

/** 303 See Other, never cached. */
export function seeOther(res: Response, location: string): void {
  res.set(pageHeaders).redirect(303, location)
}
