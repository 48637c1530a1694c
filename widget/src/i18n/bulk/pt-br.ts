import type { CreateBulkMessages } from './bulk-messages.ts'

/** Brazilian Portuguese. */
export const createMessages: CreateBulkMessages = ({ counted, number }) => {
  const members = (count: number): string => counted(count, 'membro', 'membros')
  return {
    chosen: (count) => counted(count, 'selecionado', 'selecionados'),
    chooseAll: (count) => `Selecionar todos os ${number(count)}`,
    chooseNone: 'Limpar seleção',
    actions: 'O que fazer com eles',
    kinds: {
      'set-role': 'Alterar função',
      'add-departments': 'Adicionar departamentos',
      'remove-departments': 'Tirar de departamentos',
      'sign-out': 'Sair de todos os lugares',
      'resend-invitation': 'Reenviar convites',
      suspend: 'Suspender',
      reactivate: 'Reativar',
      remove: 'Revogar acesso',
    },
    titles: {
      'set-role': (count) => `Alterar a função de ${members(count)}`,
      'add-departments': (count) => `Adicionar departamentos a ${members(count)}`,
      'remove-departments': (count) => `Tirar ${members(count)} de departamentos`,
      'sign-out': (count) => `Encerrar as sessões de ${members(count)}`,
      'resend-invitation': (count) => `Reenviar o convite a ${members(count)}`,
      suspend: (count) => `Suspender ${members(count)}`,
      reactivate: (count) => `Reativar ${members(count)}`,
      remove: (count) => `Revogar o acesso de ${members(count)}`,
    },
    previewing: 'Vendo o que mudaria…',
    wouldChange: (count) => `Mudaria ${members(count)}`,
    wouldStay: (count) => counted(count, 'membro ficaria igual', 'membros ficariam iguais'),
    wouldRefuse: (count) => counted(count, 'membro ficaria de fora', 'membros ficariam de fora'),
    typeToConfirm: (word) => `Digite ${word} para confirmar`,
    running: 'Em andamento',
    progress: (done, total) =>
      total === null ? number(done) : `${number(done)} de ${number(total)}`,
    finished: 'Concluído',
    stopped: 'Interrompido; o feito fica',
    failed: 'Parou antes do fim. Escolha os demais de novo.',
    changed: (count) => counted(count, 'membro mudou', 'membros mudaram'),
    refused: (count) => counted(count, 'membro ficou de fora', 'membros ficaram de fora'),
    refusedPeople: 'Quem ficou de fora',
    stop: 'Parar',
    keepsGoing: 'Pode fechar: continua.',
  }
}
