import type { AccessMessages } from './access-messages.ts'

/** Brazilian Portuguese. */
export const accessMessages: AccessMessages = {
  whyAccess: (name) => `Por que ${name} tem este acesso`,
  noGrants: 'Nada foi concedido a esta pessoa, por isso ela não consegue entrar.',
  supervisor: 'Supervisor',
  conversationAccess: {
    own: 'Vê as próprias conversas',
    departments: 'Vê as conversas dos seus departamentos',
    all: 'Vê todas as conversas',
  },
  grantedByGroup: (group, directory) =>
    directory === null
      ? `Porque está no grupo “${group}”`
      : `Porque está no grupo “${group}” do ${directory}`,
  grantedByRule: 'Porque uma regra de mapeamento se aplica',
  grantedByHand: 'Concedido manualmente neste espaço',
  grantedByInvitation: 'Escolhido no convite',
  grantedByDepartment: 'Vem com um departamento',
  grantedByDefault: 'O padrão para todos que vêm do diretório',
  since: (date) => `desde ${date}`,
  notEffective: 'Sem efeito: outra regra tem mais peso',
}
