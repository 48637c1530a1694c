import type { MemberQuery } from '../../api/team-api.ts'

/** Somebody was there within so many days, or, below zero, was not. */
export const activeDays = [7, 30, -30, -90] as const

const DAY_MS = 86_400_000

/** Midnight so many days ago: the same all day long, so that every page asks for the same people. */
export function querySince(days: number, now: number): Partial<MemberQuery> {
  const midnight = new Date(now - Math.abs(days) * DAY_MS).setHours(0, 0, 0, 0)
  const since = new Date(midnight).toISOString()
  return {
    activeSince: days > 0 ? since : null,
    notActiveSince: days < 0 ? since : null,
  }
}

/** Which of the choices a query comes nearest to, since days go by; 0 for none. */
export function daysOf(
  { activeSince, notActiveSince }: Pick<MemberQuery, 'activeSince' | 'notActiveSince'>,
  now: number,
): number {
  const since = activeSince ?? notActiveSince
  if (since === null) return 0
  const days = (now - Date.parse(since)) / DAY_MS
  const choices = activeDays.filter((choice) => choice > 0 === (activeSince !== null))
  return choices.reduce((best, choice) =>
    Math.abs(Math.abs(choice) - days) < Math.abs(Math.abs(best) - days) ? choice : best,
  )
}
