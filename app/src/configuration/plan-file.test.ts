import { readFileSync } from 'node:fs'

import { expect, it } from 'vitest'

import { parsePlan, PlanError } from './plan-file.ts'

function problemsOf(text: string): readonly string[] {
  try {
    parsePlan(text, 'plan.yaml', [])
  } catch (error) {
    if (error instanceof PlanError) return error.problems
    throw error
  }
  return []
}

const plan = (workspace: string): string => `host: { name: Inbox }
workspaces:
  - slug: acme
${workspace.replaceAll(/^/gm, '    ')}`

it('reads a plan, and says where everything stands', () => {
  const { plan: parsed, locate } = parsePlan(
    plan('departments:\n  - Ventas\n  - { name: Soporte, default: true }'),
    'plan.yaml',
    [],
  )
  expect(parsed.workspaces?.[0]?.departments).toEqual([
    { name: 'Ventas' },
    { name: 'Soporte', default: true },
  ])
  expect(locate(['workspaces', 0, 'departments', 1])).toBe('plan.yaml:6:9')
  // Of what is not there, what it would be in.
  expect(locate(['workspaces', 0, 'roles', 3])).toBe('plan.yaml:3:5')
})

it('names file, line and column of everything that is wrong, at once', () => {
  expect(
    problemsOf(
      plan('seats: many\npolicies: { hideOthersChats: yes, retention: { auditDays: 3 } }'),
    ),
  ).toEqual([
    'plan.yaml:4:12: seats: Invalid input: expected number, received string',
    'plan.yaml:5:34: hideOthersChats: Invalid input: expected boolean, received string',
    'plan.yaml:5:63: auditDays: Too small: expected number to be >=90',
  ])
})

it('guesses what an unknown key was meant to be, at any depth', () => {
  expect(problemsOf('hots: { name: Inbox }\nhost: { name: Inbox, alowedOrigins: [] }')).toEqual([
    'plan.yaml:1:1: "hots" is not known here; did you mean "host"?',
    'plan.yaml:2:22: "alowedOrigins" is not known here; did you mean "allowedOrigins"?',
  ])
  expect(problemsOf(plan('departements: []'))).toEqual([
    'plan.yaml:4:5: "departements" is not known here; did you mean "departments"?',
  ])
  expect(problemsOf(plan('policies: { retention: { auditDay: 400 } }'))).toEqual([
    'plan.yaml:4:30: "auditDay" is not known here; did you mean "auditDays"?',
  ])
  expect(problemsOf(plan('scimConnections: [{ name: Okta, idp: okta, rule: [] }]'))).toEqual([
    'plan.yaml:4:48: "rule" is not known here; did you mean "rules"?',
  ])
})

const rule = (when: string): readonly string[] =>
  problemsOf(plan(`scimConnections: [{ name: Okta, idp: okta, rules: [{ when: ${when} }] }]`))

it('explains a mapping rule by the condition that was probably meant', () => {
  expect(rule('{ kind: group-pattern, patern: x }')).toEqual([
    expect.stringMatching(/^plan\.yaml:4:\d+: /),
    expect.stringContaining('"patern" is not known here; did you mean "pattern"?'),
  ])
  expect(rule('{ kind: attribute, attribute: department, operator: equals }')).toEqual([
    expect.stringMatching(/^plan\.yaml:4:64: value: /),
  ])
})

it('refuses what is no YAML, and what is there twice', () => {
  expect(problemsOf('host: [')).toEqual([expect.stringMatching(/^plan\.yaml:1:\d+: /)])
  expect(problemsOf('host: { name: A }\nhost: { name: B }')).toEqual([
    'plan.yaml:2:1: Map keys must be unique',
  ])
  expect(problemsOf(plan('channels: [{ key: wa, name: A }, { key: wa, name: B }]'))).toEqual([
    expect.stringMatching(/^plan\.yaml:4:38: .*"wa" is there twice$/),
  ])
  expect(problemsOf('')).toEqual([expect.stringMatching(/^plan\.yaml:1:1: /)])
})

const connection = (secret: string): string =>
  plan(`ssoConnections:
  - name: Okta
    kind: oidc
    issuer: https://okta.example
    clientId: plantel
    clientSecret: ${secret}`)

it('takes no secret, only the name of the variable that holds it', () => {
  expect(problemsOf(connection('{ env: OKTA_SECRET }'))).toEqual([])
  expect(problemsOf(connection('very-secret'))).toEqual([
    expect.stringMatching(/^plan\.yaml:9:23: clientSecret: /),
  ])
})

it('takes the example of the operator guide', () => {
  const guide = readFileSync(new URL('../../../docs/operator-guide.md', import.meta.url), 'utf8')
  const example = /```yaml\n(host:.*?)```/s.exec(guide)?.[1] ?? ''
  expect(problemsOf(example)).toEqual([])
  expect(example).toContain('scimConnections')
})
