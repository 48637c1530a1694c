import express, { type Router } from 'express'

import { readWidgetBundle } from '../../widget-assets.ts'
import { sendPage } from '../http/page-headers.ts'
import { chooseLanguage } from '../pages/language.ts'
import { readGalleryModules } from './gallery-modules.ts'
import { galleryPage } from './gallery-page.ts'

/** `/gallery`: the widget in every state, over teams that are only in the browser's memory. */
export async function createGalleryRoutes(plantelUrl: string): Promise<Router> {
  const modules = await readGalleryModules()
  const widgetUrl = `${plantelUrl}/widget/${readWidgetBundle().version}/team-widget.js`
  const router = express.Router()
  router.get('/gallery', (request, response) => {
    const page = galleryPage(chooseLanguage(request, response), widgetUrl)
    // The demo's pages take no more than they need; the widget comes from Plantel.
    sendPage(response, page, { sources: { script: plantelUrl } })
  })
  router.get('/gallery/team/{*path}', (request, response, next) => {
    const source = modules.get(request.path)
    if (source === undefined) {
      next()
      return
    }
    response
      .set({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      })
      .send(source)
  })
  return router
}
