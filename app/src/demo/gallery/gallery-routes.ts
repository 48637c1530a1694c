import { fileURLToPath } from 'node:url'

import express, { type Router } from 'express'

import { readWidgetBundle } from '../../widget-assets.ts'
import { sendPage } from '../http/page-headers.ts'
import { chooseLanguage } from '../pages/language.ts'
import { galleryPage } from './gallery-page.ts'

/** Where the page imports its teams from: the widget's own entry for hosts that try it without a server. */
export const teamPath = '/gallery/team-mock.js'

const teamFile = fileURLToPath(import.meta.resolve('@plantel/widget/dist/mock/team-mock.js'))

/** `/gallery`: the widget in every state, over teams that are only in the browser's memory. */
export function createGalleryRoutes(plantelUrl: string): Router {
  const widgetUrl = `${plantelUrl}/widget/${readWidgetBundle().version}/team-widget.js`
  const router = express.Router()
  router.get('/gallery', (request, response) => {
    const page = galleryPage(chooseLanguage(request, response), { widgetUrl, teamPath })
    // The demo's pages take no more than they need; the widget comes from Plantel.
    sendPage(response, page, { sources: { script: plantelUrl } })
  })
  router.get(teamPath, (_request, response) => {
    response.set({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' })
    response.sendFile(teamFile)
  })
  return router
}
