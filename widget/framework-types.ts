/**
 * What adds `<team-widget>` to the types of a framework: `import '@plantel/widget/jsx/react'`. Written by the build, because
 * neither framework is installed here and what a source imports has to be there.
 */
export const frameworkTypes: Readonly<Record<'react' | 'vue', string>> = {
  react: `import 'react'

import type { TeamWidgetAttributes } from '../types/wrappers/jsx-attributes.js'

/** \`<team-widget>\` in React 19, which sets properties and listens to \`onteam-…\`. */
declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'team-widget': TeamWidgetAttributes
    }
  }
}
`,
  vue: `import 'vue'

import type { TeamHandlers } from '../types/wrappers/bind-team.js'
import type { TeamWidgetAttributes } from '../types/wrappers/jsx-attributes.js'

/** \`<team-widget>\` in the templates of Vue 3. */
declare module 'vue' {
  interface GlobalComponents {
    'team-widget': new () => {
      $props: Omit<TeamWidgetAttributes, 'ref' | 'key' | 'children'> & TeamHandlers
    }
  }
}
`,
}
