import { randomBytes, randomUUID } from 'node:crypto'

import { z } from 'zod'

import { type Company, companyEmail, type Employee } from '../companies/company.ts'

export interface DirectoryPerson {
  /** The directory's own id: SCIM `externalId` and OpenID `sub`. */
  id: string
  userName: string
  givenName: string
  familyName: string
  title: string
  active: boolean
  /** The id Plantel answered with; null until it was told. */
  scimId: string | null
}

export interface DirectoryGroup {
  id: string
  name: string
  scimId: string | null
  /** Ids of people. */
  members: string[]
  /** Those whose membership Plantel was told. */
  sentMembers: string[]
}

/** What one company's simulated directory holds. */
export interface DirectoryState {
  people: DirectoryPerson[]
  groups: DirectoryGroup[]
  /** People who have left and of whom Plantel was not told yet. */
  leavers: string[]
}

/** The state as it is stored. */
export const directoryStateShape: z.ZodType<DirectoryState> = z.object({
  people: z.array(
    z.object({
      id: z.string(),
      userName: z.string(),
      givenName: z.string(),
      familyName: z.string(),
      title: z.string(),
      active: z.boolean(),
      scimId: z.string().nullable(),
    }),
  ),
  groups: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      scimId: z.string().nullable(),
      members: z.array(z.string()),
      sentMembers: z.array(z.string()),
    }),
  ),
  leavers: z.array(z.string()),
})

/** A directory that nobody was told of yet. */
export function createDirectoryState(company: Company): DirectoryState {
  const state: DirectoryState = {
    people: [],
    groups: company.groups.map(({ name }) => ({
      id: createDirectoryId(company),
      name,
      scimId: null,
      members: [],
      sentMembers: [],
    })),
    leavers: [],
  }
  for (const employee of company.employees) {
    const person = createPerson(company, employee)
    state.people.push(person)
    if (!employee.active) state.leavers.push(person.id)
    for (const group of state.groups) {
      if (employee.groups.includes(group.name)) group.members.push(person.id)
    }
  }
  return state
}

/** Somebody new, whom Plantel doesn't know yet; a leaver of the first start begins active, too. */
export function createPerson(company: Company, employee: Employee): DirectoryPerson {
  return {
    id: createDirectoryId(company),
    userName: companyEmail(company, employee),
    givenName: employee.givenName,
    familyName: employee.familyName,
    title: employee.title,
    active: true,
    scimId: null,
  }
}

/** Okta's ids are 20 characters that begin with `00`, Entra's are UUIDs. */
function createDirectoryId(company: Company): string {
  if (company.directory === 'entra') return randomUUID()
  return `00u${randomBytes(13).toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, 17)}`
}

export function displayName(person: DirectoryPerson): string {
  return `${person.givenName} ${person.familyName}`
}

/** The next of the company's candidates who is not in the directory, or undefined when all are. */
export function nextCandidate(company: Company, state: DirectoryState): Employee | undefined {
  const taken = new Set(state.people.map((person) => person.userName))
  return company.candidates.find((candidate) => !taken.has(companyEmail(company, candidate)))
}

/** The groups somebody is in, in the directory's order. */
export function groupsOf(state: DirectoryState, personId: string): DirectoryGroup[] {
  return state.groups.filter((group) => group.members.includes(personId))
}
