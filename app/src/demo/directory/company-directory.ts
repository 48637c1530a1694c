import type { Company } from '../companies/company.ts'
import type { Documents } from '../documents.ts'
import {
  createDirectoryState,
  createPerson,
  type DirectoryGroup,
  type DirectoryPerson,
  directoryStateShape,
  type DirectoryState,
  groupsOf,
  nextCandidate,
} from './directory-state.ts'
import { forEachAtOnce } from './for-each-at-once.ts'
import type { Provisioner } from './provisioner.ts'

/** Why the directory's admin can't have what they asked for. */
export type DirectoryRefusal = 'person-not-found' | 'group-not-found' | 'nobody-left-to-hire'

export class DirectoryError extends Error {
  readonly code: DirectoryRefusal

  constructor(code: DirectoryRefusal) {
    super(code)
    this.name = 'DirectoryError'
    this.code = code
  }
}

/**
 * One company's simulated corporate directory. Each action tells Plantel first and remembers what was
 * told after every answer, so that an action that broke off is completed by pressing the button again.
 */
export interface CompanyDirectory {
  readonly company: Company
  state: () => DirectoryState
  /** Completes the first push, wherever an earlier one was cut off. */
  pushAll: () => Promise<void>
  hire: (groupId: string) => Promise<DirectoryPerson>
  move: (personId: string, groupId: string) => Promise<DirectoryPerson>
  setActive: (personId: string, active: boolean) => Promise<DirectoryPerson>
  remove: (personId: string) => Promise<DirectoryPerson>
}

/** Okta and Entra push to one application with a handful of connections. */
const requestsAtOnce = 4

export async function openCompanyDirectory(
  company: Company,
  documents: Documents,
  provisioner: Provisioner,
): Promise<CompanyDirectory> {
  const key = `directory:${company.slug}`
  const stored = await documents.load(key, directoryStateShape)
  const state = stored ?? createDirectoryState(company)
  if (stored === undefined) await documents.save(key, state)

  const save = (): Promise<void> => documents.save(key, state)
  const inOrder = createQueue()

  function requirePerson(id: string): DirectoryPerson {
    const person = state.people.find((person) => person.id === id)
    if (person === undefined) throw new DirectoryError('person-not-found')
    return person
  }

  function requireGroup(id: string): DirectoryGroup {
    const group = state.groups.find((group) => group.id === id)
    if (group === undefined) throw new DirectoryError('group-not-found')
    return group
  }

  async function provisionPerson(person: DirectoryPerson): Promise<void> {
    person.scimId ??= await provisioner.provisionPerson(person)
  }

  async function sendMembers(group: DirectoryGroup): Promise<void> {
    const missing = group.members.filter((id) => !group.sentMembers.includes(id))
    if (missing.length === 0) return
    await provisioner.addMembers(group, missing.map(requirePerson))
    group.sentMembers.push(...missing)
  }

  async function withdraw(group: DirectoryGroup, person: DirectoryPerson): Promise<void> {
    await provisioner.removeMember(group, person)
    group.members = group.members.filter((id) => id !== person.id)
    group.sentMembers = group.sentMembers.filter((id) => id !== person.id)
    await save()
  }

  return {
    company,
    state: () => state,
    pushAll: () =>
      inOrder(async () => {
        const newcomers = state.people.filter((person) => person.scimId === null)
        await forEachAtOnce(newcomers, requestsAtOnce, provisionPerson).finally(save)
        await forEachAtOnce(state.groups, requestsAtOnce, async (group) => {
          group.scimId ??= await provisioner.provisionGroup(group)
          await sendMembers(group)
        }).finally(save)
        for (const id of state.leavers) {
          const person = requirePerson(id)
          await provisioner.setActive(person, false)
          person.active = false
          state.leavers = state.leavers.filter((other) => other !== id)
          await save()
        }
      }),
    hire: (groupId) =>
      inOrder(async () => {
        const group = requireGroup(groupId)
        // Somebody whose hiring broke off is completed before anybody else is hired.
        let person = state.people.find((person) => person.scimId === null)
        if (person === undefined) {
          const candidate = nextCandidate(company, state)
          if (candidate === undefined) throw new DirectoryError('nobody-left-to-hire')
          person = createPerson(company, candidate)
          state.people.unshift(person)
          group.members.push(person.id)
          await save()
        }
        await provisionPerson(person)
        await save()
        for (const joined of groupsOf(state, person.id)) await sendMembers(joined)
        await save()
        return person
      }),
    move: (personId, groupId) =>
      inOrder(async () => {
        const person = requirePerson(personId)
        const target = requireGroup(groupId)
        await provisionPerson(person)
        for (const group of groupsOf(state, personId)) {
          if (group !== target) await withdraw(group, person)
        }
        if (!target.members.includes(personId)) target.members.push(personId)
        await sendMembers(target)
        await save()
        return person
      }),
    setActive: (personId, active) =>
      inOrder(async () => {
        const person = requirePerson(personId)
        await provisionPerson(person)
        await provisioner.setActive(person, active)
        person.active = active
        await save()
        return person
      }),
    remove: (personId) =>
      inOrder(async () => {
        const person = requirePerson(personId)
        if (person.scimId !== null)
          await provisioner.deletePerson(person, groupsOf(state, personId))
        state.people = state.people.filter((other) => other !== person)
        for (const group of state.groups) {
          group.members = group.members.filter((id) => id !== personId)
          group.sentMembers = group.sentMembers.filter((id) => id !== personId)
        }
        await save()
        return person
      }),
  }
}

/** One action after the other: two buttons pressed at once must not see each other's half-done work. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work, work)
    last = next
    return next
  }
}
