import { z } from 'zod'

/** What the inbox keeps of a webhook: enough for a line that a person reads. */
export interface Activity {
  id: string
  type: string
  at: Date
  workspace: string
  person: string | undefined
  role: string | undefined
  departments: readonly string[]
}

const webhookBody = z.object({
  type: z.string(),
  timestamp: z.iso.datetime({ offset: true }),
  data: z.object({
    workspace: z.object({ slug: z.string() }),
    member: z
      .object({
        displayName: z.string(),
        role: z.object({ name: z.string() }).nullable(),
        departments: z.array(z.string()),
      })
      .optional(),
    handover: z.object({ member: z.object({ displayName: z.string() }) }).optional(),
  }),
})

/** What Plantel told the inbox lately, newest last; told to open pages. */
export interface ActivityFeed {
  /** False when the body is not what Plantel sends. */
  receive: (id: string, json: unknown) => boolean
  latest: (workspace: string) => Activity[]
  watch: (workspace: string, watcher: (activity: Activity) => void) => () => void
}

const kept = 200

export function createActivityFeed(): ActivityFeed {
  const activities = new Map<string, Activity>()
  const watchers = new Set<(activity: Activity) => void>()
  return {
    receive(id, json) {
      const parsed = webhookBody.safeParse(json)
      if (!parsed.success) return false
      // The same delivery may come twice; its id tells.
      if (activities.has(id)) return true
      const { type, timestamp, data } = parsed.data
      const activity: Activity = {
        id,
        type,
        at: new Date(timestamp),
        workspace: data.workspace.slug,
        person: data.member?.displayName ?? data.handover?.member.displayName,
        role: data.member?.role?.name,
        departments: data.member?.departments ?? [],
      }
      activities.set(id, activity)
      for (const oldest of activities.keys()) {
        if (activities.size > kept) activities.delete(oldest)
      }
      for (const watcher of watchers) watcher(activity)
      return true
    },
    latest: (workspace) =>
      [...activities.values()].filter((activity) => activity.workspace === workspace).slice(-12),
    watch(workspace, watcher) {
      const ofWorkspace = (activity: Activity): void => {
        if (activity.workspace === workspace) watcher(activity)
      }
      watchers.add(ofWorkspace)
      return () => void watchers.delete(ofWorkspace)
    },
  }
}
