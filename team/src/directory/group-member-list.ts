import { IdList, isId } from '@plantel/db'

/** What a request says that a member is; `any` when it doesn't say. */
export type NamedType = 'user' | 'group' | 'any'

/** A list, or ids of which nobody said what they are. */
export type NamedMembers = GroupMemberList | readonly string[]

/** How many names that mean nobody are kept to tell of. */
const maxKept = 100

/**
 * The members that a request names. Ids are opaque to clients: what is no id of ours is unknown, not malformed. Takes
 * twenty bytes a member, because a directory may send half a million at once.
 */
export class GroupMemberList {
  readonly #named: Readonly<Record<NamedType, IdList>> = {
    any: new IdList(),
    user: new IdList(),
    group: new IdList(),
  }
  /** The first of the names that are no ids. */
  readonly foreign: string[] = []
  #length = 0

  static of(names: NamedMembers): GroupMemberList {
    if (names instanceof GroupMemberList) return names
    const list = new GroupMemberList()
    for (const id of names) list.add(id)
    return list
  }

  static ofIds(ids: IdList): GroupMemberList {
    const list = new GroupMemberList()
    list.#named.any.append(ids)
    list.#length = ids.length
    return list
  }

  /** How many were named, known or not. */
  get length(): number {
    return this.#length
  }

  add(id: string, type: NamedType = 'any'): void {
    this.#length += 1
    if (isId(id)) this.#named[type].push(id)
    else if (this.foreign.length < maxKept) this.foreign.push(id)
  }

  /** Every id, as a parameter for `uuid[]`. */
  toParameter(): Buffer {
    const all = new IdList()
    for (const list of Object.values(this.#named)) all.append(list)
    return all.toParameter()
  }

  /** The ids that were named with one type. */
  named(type: NamedType): IdList {
    return this.#named[type]
  }

  /** Everybody, in slices. */
  *slices(size: number): Generator<string[]> {
    for (const list of Object.values(this.#named)) yield* list.slices(size)
  }
}
