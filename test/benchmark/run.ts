/** `pnpm bench [name]`: one benchmark or all; each is loaded when its turn comes. */
const benchmarks: Record<string, () => Promise<void>> = {
  events: async () => (await import('./events.ts')).benchEvents(),
  scim: async () => (await import('./scim.ts')).benchScim(),
  'scim-figures': async () => (await import('./scim-figures.ts')).benchScimFigures(),
  'scim-groups': async () => (await import('./scim-groups.ts')).benchScimGroups(),
  'scim-load': async () => (await import('./scim-load.ts')).benchScimLoad(),
  'scim-size': async () => (await import('./scim-size.ts')).benchScimSize(),
  'sign-in': async () => (await import('./sign-in.ts')).benchSignIn(),
  widget: async () => (await import('./widget.ts')).benchWidget(),
  team: async () => (await import('./team-members.ts')).benchTeamMembers(),
  'team-mapping': async () => (await import('./team-mapping.ts')).benchTeamMapping(),
}

/** These install other servers: only by name, or with `BENCH_PEERS=1`. */
const withPeers: Record<string, () => Promise<void>> = {
  'scim-peers': async () => (await import('./peers/scim-peers.ts')).benchScimPeers(),
}

const all = { ...benchmarks, ...withPeers }
const wanted = process.argv[2]
const usual = process.env['BENCH_PEERS'] === '1' ? all : benchmarks
const chosen = wanted === undefined ? Object.keys(usual) : [wanted]
for (const name of chosen) {
  const bench = all[name]
  if (bench === undefined) {
    console.error(`There is no benchmark ${name}: choose from ${Object.keys(all).join(', ')}.`)
    process.exitCode = 1
  } else await bench()
}
// A database server that was started for this run ends with this process, and would keep it from ending.
process.exit()
