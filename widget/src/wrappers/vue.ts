import type { TeamWidget } from '../elements/team-widget/team-widget.ts'
import {
  bindTeam,
  eventNames,
  handlerName,
  propertyDefaults,
  type TeamBinding,
  type TeamProps,
} from './bind-team.ts'

/** What of Vue 3 is used; the host brings its own. */
export interface VueLike {
  h: (type: string, props: object, children: never) => unknown
  defineComponent: (options: never) => unknown
  shallowRef: (value: null) => { value: unknown }
  onMounted: (hook: () => void) => void
  onUpdated: (hook: () => void) => void
  onBeforeUnmount: (hook: () => void) => void
}

/** The type of the component for templates and `h`. */
export type TeamVueComponent = new () => { $props: TeamProps; element: TeamWidget | null }

interface SetupContext {
  emit: (event: string, value: Event) => void
  slots: Record<string, (() => unknown) | undefined>
  expose: (exposed: object) => void
}

/**
 * The widget as a Vue component: `const Team = teamVue(Vue)`. Functions are set as properties, events are emitted under
 * their own names (`@team-ready`), and slots are the widget's. The element is registered by `@plantel/widget`.
 */
export function teamVue(vue: VueLike): TeamVueComponent {
  const { h, defineComponent, shallowRef, onMounted, onUpdated, onBeforeUnmount } = vue
  return defineComponent({
    name: 'Team',
    props: Object.fromEntries(
      Object.entries(propertyDefaults).map(([name, nothing]) => [
        name,
        typeof nothing === 'boolean' ? Boolean : null,
      ]),
    ),
    emits: [...eventNames],
    setup(props: TeamProps, { emit, slots, expose }: SetupContext) {
      const element = shallowRef(null) as { value: TeamWidget | null }
      const handlers = Object.fromEntries(
        eventNames.map((name) => [handlerName(name), (event: Event) => emit(name, event)]),
      )
      let binding: TeamBinding | undefined
      const update = (): void => binding?.update({ ...props, ...handlers })
      onMounted(() => {
        if (element.value !== null) binding = bindTeam(element.value)
        update()
      })
      onUpdated(update)
      onBeforeUnmount(() => binding?.release())
      expose({
        get element() {
          return element.value
        },
      })
      return () => {
        // Reading them has Vue render anew when one changes.
        const inSlots = Object.entries(slots).map(([slot, render]) =>
          h(slot === 'default' ? 'span' : 'div', { slot, key: slot }, render?.() as never),
        )
        void Object.values(props)
        return h('team-widget', { ref: element }, inSlots as never)
      }
    },
  } as never) as TeamVueComponent
}
