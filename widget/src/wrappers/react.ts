import type { TeamWidget } from '../elements/team-widget/team-widget.ts'
import { bindTeam, type TeamBinding, type TeamProps } from './bind-team.ts'

export type { TeamWidgetAttributes } from './jsx-attributes.ts'

/** What of React is used; the host brings its own, 18 or 19. */
export interface ReactLike {
  createElement: (type: string, props: object, ...children: never[]) => unknown
  forwardRef: (render: (props: never, ref: never) => never) => unknown
  useRef: (initial: null) => { current: unknown }
  useLayoutEffect: (effect: () => (() => void) | undefined, inputs?: readonly unknown[]) => void
}

/** Besides what every element has, `children` with a `slot` stand in the widget's slots. */
export interface TeamReactProps extends TeamProps {
  className?: string
  id?: string
  children?: unknown
  ref?: ((element: TeamWidget | null) => void) | { current: TeamWidget | null } | null
}

type Ref = TeamReactProps['ref']

/**
 * The widget as a React component: `const Team = teamReact(React)`. Functions are set as properties and every event has
 * an `onTeam…` property, before and after the element is defined. The element is registered by `@plantel/widget`.
 */
export function teamReact<React extends ReactLike>(
  react: React,
): (props: TeamReactProps) => ReturnType<React['createElement']> {
  const { createElement, forwardRef, useRef, useLayoutEffect } = react
  const render = ({ className, id, children, ...props }: TeamReactProps, ref: Ref): unknown => {
    const element = useRef(null) as { current: TeamWidget | null }
    const binding = useRef(null) as { current: TeamBinding | null }
    useLayoutEffect(() => {
      if (element.current === null) return undefined
      const own = bindTeam(element.current)
      binding.current = own
      return () => own.release()
    }, [])
    useLayoutEffect(() => {
      binding.current?.update(props)
      return undefined
    })
    const latest = useRef(null) as { current: Ref }
    latest.current = ref
    // The same function every time: another one would have React take the element away and give it again.
    const keep = useRef(null) as { current: ((widget: TeamWidget | null) => void) | null }
    keep.current ??= (widget) => {
      element.current = widget
      if (typeof latest.current === 'function') latest.current(widget)
      else if (latest.current) latest.current.current = widget
    }
    return createElement('team-widget', { class: className, id, children, ref: keep.current })
  }
  return forwardRef(render as never) as (
    props: TeamReactProps,
  ) => ReturnType<React['createElement']>
}
