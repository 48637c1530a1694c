/** What the Team API answers about work that outlasts a request. Types only; the API must satisfy them. */

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

/** `GET /team/v1/jobs/{id}` */
export interface Job {
  id: string
  /** What is done: `members.suspend`, `members.import`, `rules.reproject`. */
  kind: string
  state: JobState
  /** Null while nobody has counted. */
  total: number | null
  /** Items dealt with, whatever became of them. */
  done: number
  /** Items among `done` that were refused: their results say why. */
  failed: number
  /** Why it ended early; null unless `state` is `failed`. */
  errorCode: string | null
  /** RFC 3339. */
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
}

/** What became of one item, `GET /team/v1/jobs/{id}/results?after=&limit=&refused=true`. */
export interface JobResult {
  /** From 1; the row of a table that was imported. */
  number: number
  memberId: string | null
  outcome: 'created' | 'changed' | 'unchanged' | 'refused'
  /** Set exactly when `outcome` is `refused`. */
  code: string | null
  /** What to do, in English; null unless refused. */
  detail: string | null
  /** What it is about: a column, a role, a department. */
  subject: string | null
}

/** `POST /team/v1/selections`: members as they were when somebody chose them. */
export interface Selection {
  id: string
  count: number
  /** RFC 3339; kept longer once it is used. */
  keptUntil: string
}

/** What can be done with all members of a selection. */
export type BulkAction =
  | { kind: 'suspend' | 'reactivate' | 'remove' | 'sign-out' | 'resend-invitation' }
  /** Id or key. */
  | { kind: 'set-role'; role: string }
  /** Ids or names. */
  | { kind: 'add-departments' | 'remove-departments'; departments: string[] }
  /** Ids or keys. */
  | { kind: 'add-channels' | 'remove-channels'; channels: string[] }
  | { kind: 'set-supervisor'; supervisor: boolean }

/** `POST /team/v1/bulk-actions` and, to see what it would do, `POST /team/v1/bulk-actions/preview`. */
export interface BulkActionRequest {
  /** A selection's id. */
  selection: string
  action: BulkAction
}

export interface BulkPreview {
  total: number
  changed: number
  unchanged: number
  /** How many would be refused, by code. */
  refused: Record<string, number>
}

/** `GET /team/v1/member-counts`: what a list's filters say beside each value. */
export interface MemberCounts {
  total: number
  states: Record<'invited' | 'active' | 'suspended', number>
  /** Without a role. */
  noAccess: number
  /** By id; what nobody has is left out. */
  roles: Record<string, number>
  departments: Record<string, number>
  channels: Record<string, number>
}

/** `GET /team/v1/member-imports/{id}`: a table of people that is looked at first and then applied as it was shown. */
export interface MemberImport {
  id: string
  /** How those who are not here join. */
  way: 'invite' | 'create'
  /** Of what the check showed: the start names it. Null until the check is done. */
  hash: string | null
  /** Its results say what each row would do. */
  check: Job
  /** How many rows would come, or came, to what. */
  outcomes: Record<JobResult['outcome'], number>
  /** Null until it is started. */
  job: Job | null
  /** RFC 3339. */
  createdAt: string
}
