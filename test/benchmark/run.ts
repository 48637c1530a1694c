import { benchEvents } from './events.ts'
import { benchScimFigures } from './scim-figures.ts'
import { benchScimGroups } from './scim-groups.ts'
import { benchScimLoad } from './scim-load.ts'
import { benchScimSize } from './scim-size.ts'
import { benchScim } from './scim.ts'
import { benchSignIn } from './sign-in.ts'
import { benchTeamMapping } from './team-mapping.ts'
import { benchTeamMembers } from './team-members.ts'

/** `pnpm bench [name]`: one benchmark or all. */
const benchmarks: Record<string, () => Promise<void>> = {
  events: benchEvents,
  scim: benchScim,
  'scim-figures': benchScimFigures,
  'scim-groups': benchScimGroups,
  'scim-load': benchScimLoad,
  'scim-size': benchScimSize,
  'sign-in': benchSignIn,
  team: benchTeamMembers,
  'team-mapping': benchTeamMapping,
}

const wanted = process.argv[2]
const chosen = wanted === undefined ? Object.keys(benchmarks) : [wanted]
for (const name of chosen) {
  const bench = benchmarks[name]
  if (bench === undefined) {
    console.error(
      `There is no benchmark ${name}: choose from ${Object.keys(benchmarks).join(', ')}.`,
    )
    process.exitCode = 1
  } else await bench()
}
// A database server that was started for this run ends with this process, and would keep it from ending.
process.exit()
