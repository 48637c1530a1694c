import { readdir, readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'

/** Where the gallery's page imports the team in memory from. */
export const inMemoryTeamPath = '/gallery/team/in-memory-team-api.ts'

/** The widget's own team in memory, with which its tests are made too. */
const folder = new URL('../../../../widget/src/testing/', import.meta.url)

/** Its files by path, as browsers read them: without their types. */
export async function readGalleryModules(): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder)).filter((name) => /^(?:in-memory-.+|people)\.ts$/.test(name))
  const modules = await Promise.all(
    names.map(async (name) => {
      const source = await readFile(new URL(name, folder), 'utf8')
      return [`/gallery/team/${name}`, stripTypeScriptTypes(source)] as const
    }),
  )
  return new Map(modules)
}
