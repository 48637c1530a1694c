import 'vue'
import type { TeamHandlers } from '../dist/types/wrappers/bind-team.js'
import type { TeamWidgetAttributes } from '../dist/types/wrappers/jsx-attributes.js'

/** `<team-widget>` in Vue 3 templates: `import '@plantel/widget/jsx/vue'`. */
declare module 'vue' {
  interface GlobalComponents {
    'team-widget': new () => {
      $props: Omit<TeamWidgetAttributes, 'ref' | 'key' | 'children'> & TeamHandlers
    }
  }
}
