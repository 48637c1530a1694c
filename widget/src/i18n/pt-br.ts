import type { CreateMessages } from './messages.ts'

/** Brazilian Portuguese. */
export const createMessages: CreateMessages = ({ counted, number }) => ({
  team: 'Equipe',
  seats: (used, limit) =>
    limit === null
      ? counted(used, 'licença em uso', 'licenças em uso')
      : `${number(used)} de ${number(limit)} licenças em uso`,

  members: 'Membros',
  memberCount: (count) =>
    // In Portuguese zero is grammatically `one`: "0 membro".
    counted(count, 'membro', 'membros'),
  matchCount: (count) => counted(count, 'membro encontrado', 'membros encontrados'),
  search: 'Buscar membros',
  searchHint: 'Buscar por nome ou e-mail',
  clearFilters: 'Limpar busca e filtros',
  moreFilters: (count) => (count === 0 ? 'Mais filtros' : `Mais filtros (${number(count)})`),
  sort: 'Ordenar por',
  created: 'Inclusão',
  exportCsv: 'Baixar CSV',

  member: 'Membro',
  role: 'Função',
  department: 'Departamento',
  departments: 'Departamentos',
  channels: 'Canais',
  state: 'Status',
  lastActive: 'Última atividade',
  source: 'Origem',

  states: { active: 'Ativo', invited: 'Pendente', suspended: 'Suspenso' },
  presence: { online: 'Online', away: 'Ausente', offline: 'Offline' },
  you: 'Você',
  roleNames: {
    owner: 'Proprietário',
    administrator: 'Administrador',
    manager: 'Gerente',
    agent: 'Agente',
    operator: 'Operador',
    user: 'Usuário',
    member: 'Membro',
  },
  noAccess: 'Sem acesso',
  noRoleReasons: { no_grant: 'Ainda sem função', no_seat: 'Não há licenças livres' },
  more: (count) => `mais ${number(count)}`,
  never: 'Nunca',
  managedBy: (directory) => `Gerenciado pelo ${directory}`,
  managedHere: 'Este espaço',

  emptyList: {
    title: 'Ainda não há ninguém aqui',
    text: 'Aparece quem for convidado ou vier do diretório.',
  },
  noMatch: {
    title: 'Nenhum membro encontrado',
    text: 'Use menos filtros.',
  },
  problems: {
    failed: {
      title: 'A equipe não carregou',
      text: 'O erro é nosso. Tente de novo daqui a pouco.',
    },
    busy: {
      title: 'Serviço ocupado',
      text: 'Tente de novo daqui a pouco.',
    },
    unreachable: {
      title: 'Você está sem conexão',
      text: 'A lista volta com a conexão.',
    },
    forbidden: {
      title: 'Você não pode ver esta equipe',
      text: 'Peça a um administrador.',
    },
    'signed-out': {
      title: 'Sua sessão terminou',
      text: 'Entre de novo.',
    },
    gone: {
      title: 'Este membro não está mais aqui',
      text: 'Saiu da equipe há pouco.',
    },
    outdated: {
      title: 'Esta página está desatualizada',
      text: 'Recarregue-a.',
    },
  },
  retry: 'Tentar de novo',
  close: 'Fechar',
  show: 'Mostrar',
  actions: 'Ações',
  actionsFor: (name) => `Ações para ${name}`,
  addMember: 'Adicionar membro',
  views: {
    members: 'Membros',
    departments: 'Departamentos',
    roles: 'Funções',
    directory: 'Diretório',
    activity: 'Atividade',
    profile: 'Meu perfil',
  },
  requestId: (id) => `Solicitação ${id}`,

  memberAdded: (name) => `${name} entrou na equipe`,
  memberChanged: (name) => `${name} mudou`,
  memberRemoved: (name) => `${name} saiu da equipe`,
  membersChanged: (count) => counted(count, 'membro mudou', 'membros mudaram'),
})
