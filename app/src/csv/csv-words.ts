import type { ImportColumn, Locale } from '@plantel/team'

/** What a table of members has: what an import reads, and what only an export says. */
export type CsvColumn =
  | ImportColumn
  | 'state'
  | 'conversationAccess'
  | 'directory'
  | 'lastActive'
  | 'created'
  | 'id'

/** What a table of results has beside the row itself. */
export type ResultColumn = 'row' | 'outcome' | 'code' | 'about' | 'advice'

type Words<Key extends string> = Readonly<Record<Locale, Readonly<Record<Key, string>>>>

/** The headers of each column; an import knows them in every language. */
export const csvHeaders: Words<CsvColumn | ResultColumn> = {
  en: {
    name: 'Name',
    email: 'Email',
    phone: 'Phone',
    role: 'Role',
    departments: 'Departments',
    channels: 'Channels',
    supervisor: 'Supervisor',
    jobTitle: 'Job title',
    language: 'Language',
    state: 'State',
    conversationAccess: 'Conversations',
    directory: 'Directory',
    lastActive: 'Last active',
    created: 'Created',
    id: 'ID',
    row: 'Row',
    outcome: 'Result',
    code: 'Code',
    about: 'About',
    advice: 'What to do',
  },
  es: {
    name: 'Nombre',
    email: 'Correo electrónico',
    phone: 'Teléfono',
    role: 'Rol',
    departments: 'Departamentos',
    channels: 'Canales',
    supervisor: 'Supervisor',
    jobTitle: 'Cargo',
    language: 'Idioma',
    state: 'Estado',
    conversationAccess: 'Conversaciones',
    directory: 'Directorio',
    lastActive: 'Última actividad',
    created: 'Creado',
    id: 'ID',
    row: 'Fila',
    outcome: 'Resultado',
    code: 'Código',
    about: 'Sobre',
    advice: 'Qué hacer',
  },
  'pt-BR': {
    name: 'Nome',
    email: 'E-mail',
    phone: 'Telefone',
    role: 'Função',
    departments: 'Departamentos',
    channels: 'Canais',
    supervisor: 'Supervisor',
    jobTitle: 'Cargo',
    language: 'Idioma',
    state: 'Status',
    conversationAccess: 'Conversas',
    directory: 'Diretório',
    lastActive: 'Última atividade',
    created: 'Criado',
    id: 'ID',
    row: 'Linha',
    outcome: 'Resultado',
    code: 'Código',
    about: 'Sobre',
    advice: 'O que fazer',
  },
}

/** Other words that people write above a column. */
export const otherHeaders: Readonly<Partial<Record<ImportColumn, readonly string[]>>> = {
  name: ['full name', 'display name', 'nombre completo', 'nome completo'],
  email: ['e-mail', 'email address', 'correo', 'mail'],
  phone: ['phone number', 'mobile', 'móvil', 'celular'],
  role: ['papel', 'cargo de acceso'],
  departments: ['department', 'departamento', 'team', 'teams', 'equipo', 'equipe'],
  channels: ['channel', 'canal'],
  jobTitle: ['title', 'puesto'],
  supervisor: ['supervisora', 'supervisor right'],
}

/** What a cell says of what somebody has or has not; an import reads them in every language. */
export const yesNoWords: Words<'yes' | 'no'> = {
  en: { yes: 'Yes', no: 'No' },
  es: { yes: 'Sí', no: 'No' },
  'pt-BR': { yes: 'Sim', no: 'Não' },
}

export const stateWords: Words<'invited' | 'active' | 'suspended'> = {
  en: { invited: 'Invited', active: 'Active', suspended: 'Suspended' },
  es: { invited: 'Invitado', active: 'Activo', suspended: 'Suspendido' },
  'pt-BR': { invited: 'Convidado', active: 'Ativo', suspended: 'Suspenso' },
}

export const conversationWords: Words<'own' | 'departments' | 'all'> = {
  en: { own: 'Own', departments: 'Departments', all: 'All' },
  es: { own: 'Propias', departments: 'Departamentos', all: 'Todas' },
  'pt-BR': { own: 'Próprias', departments: 'Departamentos', all: 'Todas' },
}

export const outcomeWords: Words<'created' | 'changed' | 'unchanged' | 'refused'> = {
  en: { created: 'Created', changed: 'Changed', unchanged: 'Unchanged', refused: 'Refused' },
  es: { created: 'Creado', changed: 'Cambiado', unchanged: 'Sin cambios', refused: 'Rechazado' },
  'pt-BR': {
    created: 'Criado',
    changed: 'Alterado',
    unchanged: 'Sem alterações',
    refused: 'Recusado',
  },
}
