import 'react'
import type { TeamWidgetAttributes } from '../dist/types/wrappers/jsx-attributes.js'

/** `<team-widget>` in React 19, which sets properties and listens to `onteam-…`: `import '@plantel/widget/jsx/react'`. */
declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'team-widget': TeamWidgetAttributes
    }
  }
}
