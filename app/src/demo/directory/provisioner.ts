import { z } from 'zod'

import type { Company } from '../companies/company.ts'
import { type DirectoryGroup, type DirectoryPerson, displayName } from './directory-state.ts'
import { entraHabit } from './entra-habit.ts'
import { oktaHabit } from './okta-habit.ts'
import type { Provisioned, ProvisioningHabit } from './scim-call.ts'
import type { ScimClient } from './scim-client.ts'

export const habits: Record<Company['directory'], ProvisioningHabit> = {
  okta: oktaHabit,
  entra: entraHabit,
}

const resource = z.object({ id: z.string() })
const list = z.object({ Resources: z.array(resource).default([]) })

/** Tells Plantel of people and groups the way the company's directory would. */
export interface Provisioner {
  /** Looks before it creates, so that a repeated attempt finds what an earlier one made. */
  provisionPerson: (person: DirectoryPerson) => Promise<string>
  provisionGroup: (group: DirectoryGroup) => Promise<string>
  setActive: (person: DirectoryPerson, active: boolean) => Promise<void>
  /** A directory that never deletes deactivates instead. */
  deletePerson: (person: DirectoryPerson) => Promise<void>
  addMembers: (group: DirectoryGroup, people: readonly DirectoryPerson[]) => Promise<void>
  removeMember: (group: DirectoryGroup, person: DirectoryPerson) => Promise<void>
}

export function createProvisioner(company: Company, send: ScimClient): Provisioner {
  const habit = habits[company.directory]

  function describe(person: DirectoryPerson): Provisioned {
    return { ...person, locale: company.locale === 'es' ? 'es-MX' : company.locale }
  }

  async function setActive(person: DirectoryPerson, active: boolean): Promise<void> {
    await send(habit.setActive(requireScimId(person), active))
  }

  return {
    async provisionPerson(person) {
      const [found] = list.parse(await send(habit.findUser(describe(person)))).Resources
      if (found !== undefined) return found.id
      return resource.parse(await send(habit.createUser(describe(person)))).id
    },
    async provisionGroup(group) {
      const [found] = list.parse(await send(habit.findGroup(group.name))).Resources
      if (found !== undefined) return found.id
      return resource.parse(await send(habit.createGroup(group))).id
    },
    setActive,
    async deletePerson(person) {
      const call = habit.deleteUser(requireScimId(person))
      if (call !== undefined) await send(call)
      else if (person.active) await setActive(person, false)
    },
    async addMembers(group, people) {
      const members = people.map((person) => ({
        scimId: requireScimId(person),
        display: displayName(person),
      }))
      await send(habit.addMembers(requireScimId(group), members))
    },
    async removeMember(group, person) {
      await send(habit.removeMember(requireScimId(group), requireScimId(person)))
    },
  }
}

function requireScimId(subject: { id: string; scimId: string | null }): string {
  if (subject.scimId === null) throw new Error(`Plantel was not told of ${subject.id} yet.`)
  return subject.scimId
}
