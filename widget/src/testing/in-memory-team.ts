import type { Invitation } from '../api/people-api.ts'
import type {
  Department,
  Job,
  JobResult,
  MemberDetail,
  Problem,
  ProblemCode,
  ProfileField,
  Role,
  TeamWorkspace,
} from '../contract/index.ts'
import { createAccount, type InMemoryAccount } from './account-data.ts'
import { createDirectory, type InMemoryDirectory } from './directory-data.ts'

/** What a request beside the list asks. */
export interface ChangeRequest {
  method: string
  path: string
  parameters: URLSearchParams
  body: unknown
  version: string | undefined
}

/** What is answered, and whose rows are other ones now. */
export type ChangeAnswer =
  | { body?: unknown; changed?: string[]; version?: string }
  | { refusal: ProblemCode; problem?: Partial<Problem> }

/** What there is besides members. */
export interface InMemoryStore {
  departments: Department[]
  roles: Role[]
  profiles: Map<string, Partial<Record<ProfileField, string | null>>>
  versions: Map<string, number>
  selections: Map<string, string[]>
  jobs: Map<string, { job: Job; results: JobResult[] }>
  /** Members whose change the server refuses in bulk, and why. */
  refusedInBulk: Map<string, string>
  /** Who was asked and did not come in time. */
  expired: Invitation[]
  /** How the next import of a table comes to its end. */
  importEnds: Job['state']
  own: InMemoryAccount
  directory: InMemoryDirectory
}

/** The team that requests read and change. */
export interface InMemoryTeam {
  members: () => MemberDetail[]
  put: (members: MemberDetail[]) => void
  workspace: TeamWorkspace
  store: InMemoryStore
}

export function createStore(): InMemoryStore {
  return {
    departments: [],
    roles: [],
    profiles: new Map(),
    versions: new Map(),
    selections: new Map(),
    jobs: new Map(),
    refusedInBulk: new Map(),
    expired: [],
    importEnds: 'done',
    own: createAccount(),
    directory: createDirectory(),
  }
}

/** Answers a request whose path named these ids. */
export type Handler = (
  team: InMemoryTeam,
  request: ChangeRequest & { ids: string[] },
) => ChangeAnswer
