import {
  createResourceModel,
  type ResourceModel,
  type ResourceTypeDefinition,
} from '../protocol/attribute.ts'
import type { Profile } from '../protocol/profile.ts'
import { createGroupType, createUserType } from '../schemas/resource-types.ts'

/** Groups as this server has them; only the RFC lets two of them share a name. */
export function groupTypeOf(profile: Profile): ResourceTypeDefinition {
  return createGroupType({ uniqueDisplayName: hasUniqueGroupNames(profile) })
}

/** Whether a connection refuses a second group of the same name: Entra demands it. */
export function hasUniqueGroupNames(profile: Profile): boolean {
  return profile !== 'rfc'
}

/** Every name that a request about users can hold. */
export const userModel: ResourceModel = createResourceModel(createUserType())

/** Every name that a request about groups can hold. */
export const groupModel: ResourceModel = createResourceModel(groupTypeOf('compat'))
