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
  /** A directory that never deletes deactivates instead and takes the person out of their groups. */
  deletePerson: (person: DirectoryPerson, groups: readonly DirectoryGroup[]) => Promise<void>
  addMembers: (group: DirectoryGroup, people: readonly DirectoryPerson[]) => Promise<void>
  removeMember: (group: DirectoryGroup, person: DirectoryPerson) => Promise<void>
}

export function createProvisioner(company: Company, send: ScimClient): Provisioner {
  const habit = habits[company.directory]

  function describe(person: DirectoryPerson): Provisioned {
    return { ...person, locale: company.locale === 'es' ? 'es-MX' : company.locale }
  }

  return {
    async provisionPerson(person) {
      const about = displayName(person)
      const [found] = list.parse(
        await send({ ...habit.findUser(describe(person)), about }),
      ).Resources
      if (found === undefined) {
        return resource.parse(await send({ ...habit.createUser(describe(person)), about })).id
      }
      await send({ ...habit.updateUser(found.id, describe(person)), about })
      return found.id
    },
    async provisionGroup(group) {
      const about = group.name
      const [found] = list.parse(await send({ ...habit.findGroup(group.name), about })).Resources
      if (found !== undefined) return found.id
      return resource.parse(await send({ ...habit.createGroup(group), about })).id
    },
    async setActive(person, active) {
      await send({
        ...habit.setActive(requireScimId(person), active),
        about: displayName(person),
      })
    },
    async deletePerson(person, groups) {
      const scimId = requireScimId(person)
      const about = displayName(person)
      const call = habit.deleteUser(scimId)
      if (call !== undefined) {
        await send({ ...call, about })
        return
      }
      // First what ends the access, then what tidies up.
      if (person.active) await send({ ...habit.setActive(scimId, false), about })
      for (const group of groups) {
        await send({
          ...habit.removeMember(requireScimId(group), scimId),
          about: `${about} · ${group.name}`,
        })
      }
    },
    async addMembers(group, people) {
      const members = people.map((person) => ({
        scimId: requireScimId(person),
        display: displayName(person),
      }))
      const who = people.length === 1 ? members[0]?.display : String(people.length)
      await send({
        ...habit.addMembers(requireScimId(group), members),
        about: `${who} · ${group.name}`,
      })
    },
    async removeMember(group, person) {
      await send({
        ...habit.removeMember(requireScimId(group), requireScimId(person)),
        about: `${displayName(person)} · ${group.name}`,
      })
    },
  }
}

function requireScimId(subject: { id: string; scimId: string | null }): string {
  if (subject.scimId === null) throw new Error(`Plantel was not told of ${subject.id} yet.`)
  return subject.scimId
}
