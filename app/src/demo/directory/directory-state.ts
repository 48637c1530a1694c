import { randomBytes, randomUUID } from 'node:crypto'

import { z } from 'zod'

import { type Company, companyEmail, type Employee } from '../companies/company.ts'

const personShape = z.object({
  /** The directory's own id: SCIM `externalId` and OpenID `sub`. */
  id: z.string(),
  userName: z.string(),
  givenName: z.string(),
  familyName: z.string(),
  title: z.string(),
  active: z.boolean(),
  /** The id Plantel answered with; null until it was told. */
  scimId: z.string().nullable(),
})

const groupShape = z.object({
  id: z.string(),
  name: z.string(),
  scimId: z.string().nullable(),
  /** Ids of people. */
  members: z.array(z.string()),
  /** Those whose membership Plantel was told. */
  sentMembers: z.array(z.string()),
})

/** What one company's simulated directory holds, as it is stored. */
export const directoryStateShape = z.object({
  people: z.array(personShape),
  groups: z.array(groupShape),
  /** People who have left and of whom Plantel was not told yet. */
  leavers: z.array(z.string()),
})

export type DirectoryPerson = z.infer<typeof personShape>
export type DirectoryGroup = z.infer<typeof groupShape>
export type DirectoryState = z.infer<typeof directoryStateShape>

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
