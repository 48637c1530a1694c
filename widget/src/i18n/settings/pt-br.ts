import type { CreateSettingsMessages } from './settings-messages.ts'

/** Brazilian Portuguese. */
export const createMessages: CreateSettingsMessages = ({ counted, plural }) => {
  const members = (count: number): string => counted(count, 'membro', 'membros')
  return {
    departmentsHint: 'Quem vê quais conversas e quem responde por elas.',
    newDepartment: 'Novo departamento',
    departmentName: 'Nome',
    editDepartment: (name) => `Editar ${name}`,
    defaultDepartment: 'Padrão',
    defaultHint: 'Quem perde o último vem para cá.',
    makeDefault: 'Departamento padrão',
    members,
    lead: 'Responsável',
    leadHint: 'Responde pelo departamento.',
    noLead: 'Ninguém',
    channelsHint: 'Quem está no departamento recebe estes.',
    deleteTitle: (name) => `Excluir ${name}?`,
    deleteExplained: 'Pessoas, canais e regras vão para outro.',
    moveTo: 'Mover para',
    moveToDefault: (name) => `${name} (só quem não tem outro)`,
    difference: (changed) =>
      plural(changed, {
        one: `O acesso de ${members(changed)} muda`,
        other: `O acesso de ${members(changed)} muda`,
      }),
    loses: (count) =>
      plural(count, {
        one: `${members(count)} perde o acesso`,
        other: `${members(count)} perdem o acesso`,
      }),
    gains: (count) =>
      plural(count, {
        one: `${members(count)} ganha acesso`,
        other: `${members(count)} ganham acesso`,
      }),
    nobodyChanges: 'O acesso de ninguém muda',
    deleted: (name) => `${name} foi excluído`,
    noDepartments: 'Ainda não há departamentos.',
    rolesHint: 'O que cada pessoa pode fazer. A mais alta primeiro.',
    builtIn: 'Incluída',
    newRole: (from) => `Nova função a partir de ${from}`,
    roleName: 'Nome',
    editRole: (name) => `Editar ${name}`,
    seesLabel: 'Conversas',
    sees: { own: 'As próprias', departments: 'As dos seus departamentos', all: 'Todas' },
    permissions: 'O que pode fazer',
    grantable: 'Funções que pode conceder',
    grantableHint: 'Ninguém concede mais do que isto.',
    builtInHint: 'Só o nome pode mudar. Para mais, copie.',
    preview: 'Prévia',
    gainsPermissions: (list) => `Agora poderá: ${list}`,
    losesPermissions: (list) => `Não poderá mais: ${list}`,
    replacement: 'Dar a quem a tem',
    groups: {
      conversations: 'Conversas',
      content: 'Contatos e conteúdo',
      team: 'Equipe',
      workspace: 'Espaço de trabalho',
    },
    showMatrix: 'Comparar funções',
    yes: 'Sim',
    no: 'Não',
  }
}
