/** Whether somebody is here: in front of it, has it open, or neither. */
export type Presence = 'online' | 'away' | 'offline'

/** Until when a heartbeat counts; on any clock, as long as it is one. */
export interface PresenceUntil {
  onlineUntil: number
  awayUntil: number
}

/** Nobody says that they go: a heartbeat runs out. */
export function presenceAt({ onlineUntil, awayUntil }: PresenceUntil, now: number): Presence {
  if (onlineUntil > now) return 'online'
  return awayUntil > now ? 'away' : 'offline'
}
