import type {
  ChannelReference,
  ManagedBy,
  MemberAction,
  MemberDetail,
  MemberGrant,
  MemberState,
  NamedReference,
  RoleReference,
} from '../contract/index.ts'

const okta: ManagedBy = { kind: 'directory', name: 'Okta' }

/** The roles, departments and channels of the workspace that the tests and a host's examples show. */
export const roles: RoleReference[] = named('Owner', 'Administrator', 'Supervisor', 'Agent').map(
  (role) => ({ ...role, key: role.id, builtIn: role.name !== 'Supervisor' }),
)
export const departments: NamedReference[] = named(
  'Sales',
  'Customer care',
  'Billing',
  'Logistics',
  'Onboarding',
  'Retention',
)
export const channels: ChannelReference[] = named(
  'WhatsApp Mexico',
  'WhatsApp Brasil',
  'Instagram',
  'Messenger',
  'Telegram',
).map((channel) => ({ ...channel, key: channel.id }))

const people = `Lucía Fernández Prado
Mateo Quispe Huamán
Beatriz Carvalho Nunes
Santiago Restrepo
Ana Júlia Ribeiro
Diego Maldonado Ríos
Camila Ortega
Thiago Monteiro
Valentina Suárez
João Pedro Almeida
Renata Villalobos
Emiliano Cárdenas
Larissa Azevedo
Martín Echeverría
Sofía Navarro Ibáñez
Caio Teixeira
Gabriela Montoya
Tomás Iturralde
Isadora Fonseca
Joaquín Bermúdez
Paula Andrade
Nicolás Zamora
Helena Barros
Andrés Felipe Galindo
Mariana Couto
Ximena Arroyo
Rafael Siqueira
Daniela Pacheco
Bruno Vasconcelos
Regina Solís
Felipe Drummond
Antonella Rossi
Leonardo Paz
Aline Moreira
Sebastián Córdova
Fernanda Lacerda
Ignacio Urrutia
Carolina Betancourt
Vinícius Prates
Julieta Cabrera
Otávio Guimarães
Noelia Santamaría
Esteban Quiroga
Bianca Tavares
Rodrigo Peñaloza
Luana Figueiredo
Manuel Arce
Catarina Bastos
Óscar Valdivia
Priscila Rocha
Adriana Mejía
Henrique Salgado
Elena Marroquín
Gustavo Peixoto
Natalia Escobar
Danilo Freitas
Verónica Luna
Murilo Assunção
Pilar Aguirre
Zoe Castellanos`.split('\n')

/** Sixty members of every kind: owner, invited, suspended, without a role, from a directory, without email. */
export function believablePeople(now: number): MemberDetail[] {
  return people.map((name, index) => person(name, index, now))
}

/** A member of an arbitrarily long list, made when it is asked for. */
export function personNumber(index: number, now: number): MemberDetail {
  const name = people[index % people.length] ?? ''
  const member = person(name, index, now)
  return { ...member, displayName: `${name} ${index}`, isYou: index === 0, isOwner: index === 0 }
}

function person(displayName: string, index: number, now: number): MemberDetail {
  const [given = '', family = ''] = plain(displayName).split(' ')
  const state = index % 17 === 9 ? 'suspended' : index % 11 === 5 ? 'invited' : 'active'
  const managedBy = index % 3 === 1 && state !== 'invited' ? okta : null
  const isOwner = index === 0
  const noRoleReason = index % 29 === 13 ? 'no_grant' : index % 31 === 22 ? 'no_seat' : null
  const role =
    noRoleReason === null
      ? pick(roles, isOwner ? 0 : index % 9 === 2 ? 1 : index % 5 === 3 ? 2 : 3)
      : null
  const hasNoEmail = index % 23 === 7
  const mine = (all: NamedReference[], count: number): NamedReference[] =>
    Array.from({ length: count }, (_, offset) => pick(all, index + offset * 2))
  const inDepartments = role === null ? [] : mine(departments, [1, 2, 1, 3, 1, 4][index % 6] ?? 0)
  const onChannels = role === null ? [] : mine(channels, [2, 1, 3][index % 3] ?? 0)
  const isSupervisor = role?.name === 'Supervisor' || isOwner
  const minutes = [2, 14, 47, 190, 600, 1500, 4300, 11_000, 44_000][index % 9] ?? 0
  return {
    id: `member-${index}`,
    displayName,
    email: hasNoEmail ? null : `${given}.${family}@cafealtura.example`.toLowerCase(),
    userName: hasNoEmail ? `${given}${family}`.toLowerCase() : null,
    avatarUrl: null,
    state,
    role,
    noRoleReason,
    departments: inDepartments,
    channels: onChannels,
    conversationAccess: isSupervisor ? 'all' : index % 2 === 0 ? 'departments' : 'own',
    managedBy,
    presence:
      state !== 'active' ? null : index % 4 === 0 ? 'online' : index % 7 === 3 ? 'away' : 'offline',
    lastActiveAt: state === 'invited' ? null : new Date(now - minutes * 60_000).toISOString(),
    isYou: index === 2,
    isOwner,
    can: { actions: actionsFor(index === 2, isOwner, state, managedBy !== null) },
    grants: grantsOf(role, inDepartments, onChannels, isSupervisor, managedBy, now),
  }
}

/** What somebody who manages members may do, as the server would say it. */
function actionsFor(
  isYou: boolean,
  isOwner: boolean,
  state: MemberState,
  isManaged: boolean,
): MemberAction[] {
  if (isYou) return ['view', 'edit-profile', 'sign-out']
  if (isOwner) return ['view']
  const all: [MemberAction, boolean][] = [
    ['view', true],
    ['edit-profile', true],
    ['change-role', !isManaged],
    ['change-departments', true],
    ['change-channels', true],
    ['change-supervisor', true],
    ['suspend', state !== 'suspended'],
    ['reactivate', state === 'suspended'],
    ['remove', !isManaged],
    ['set-password', state === 'active'],
    ['sign-out', state === 'active'],
  ]
  return all.filter(([, isOffered]) => isOffered).map(([action]) => action)
}

function grantsOf(
  role: RoleReference | null,
  inDepartments: NamedReference[],
  onChannels: NamedReference[],
  isSupervisor: boolean,
  managedBy: ManagedBy | null,
  now: number,
): MemberGrant[] {
  const since = (days: number): string => new Date(now - days * 86_400_000).toISOString()
  const fromGroup = (groupName: string): MemberGrant['source'] =>
    managedBy === null
      ? { kind: 'local' }
      : { kind: 'mapping_rule', ruleId: `rule-${groupName}`, groupName }
  const grants: MemberGrant[] = []
  if (role !== null) {
    const source =
      managedBy === null
        ? { kind: 'invitation' as const }
        : fromGroup(`inbox-${role.name.toLowerCase()}s`)
    grants.push({ kind: 'role', value: role, source, effective: true, since: since(212) })
    if (managedBy !== null) {
      const local = pick(roles, 3)
      grants.push({
        kind: 'role',
        value: local,
        source: { kind: 'local' },
        effective: false,
        since: since(400),
      })
    }
  }
  for (const value of inDepartments) {
    grants.push({
      kind: 'department',
      value,
      source: fromGroup(value.name.toLowerCase()),
      effective: true,
      since: since(96),
    })
  }
  for (const value of onChannels) {
    const source =
      managedBy === null ? { kind: 'local' as const } : { kind: 'connection_default' as const }
    grants.push({ kind: 'channel', value, source, effective: true, since: since(31) })
  }
  if (isSupervisor) {
    grants.push({
      kind: 'supervisor',
      value: null,
      source: { kind: 'local' },
      effective: true,
      since: since(12),
    })
  }
  return grants
}

function named(...names: string[]): NamedReference[] {
  return names.map((name) => ({ id: plain(name).toLowerCase().replaceAll(' ', '-'), name }))
}

function pick<Reference extends NamedReference>(all: Reference[], index: number): Reference {
  const chosen = all[index % all.length]
  if (chosen === undefined) throw new Error('Nothing to pick from.')
  return chosen
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '')
}
