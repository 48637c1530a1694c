import type { CreateInviteMessages } from './invite-messages.ts'

/** Brazilian Portuguese. */
export const createMessages: CreateInviteMessages = ({ counted, number, plural }) => ({
  fields: {
    givenName: 'Nome',
    familyName: 'Sobrenome',
    displayName: 'Nome',
    email: 'E-mail',
    jobTitle: 'Cargo',
    password: 'Senha',
    phone: 'Telefone',
    language: 'Idioma',
    message: 'Mensagem no e-mail',
  },
  emailsHint: 'Digite ou cole quantos quiser, também de uma planilha.',
  signatureHint: 'Os clientes veem este nome quando a assinatura está ativa.',
  messageHint: 'Com as suas palavras, abaixo das nossas.',
  passwordHint: 'Dez caracteres ou mais. É com ela que a pessoa entra.',
  addressChecks: {
    invalid: 'não é um endereço',
    repeated: 'está duas vezes',
    member: 'já é membro',
    invited: 'já tem um convite',
    refused: 'não pôde ser adicionado',
  },
  addressCount: (count) => counted(count, 'endereço', 'endereços'),
  wrongCount: (count) => counted(count, 'precisa de correção', 'precisam de correção'),
  removeAddress: (address) => `Remover ${address}`,
  needsAddress: 'Informe pelo menos um endereço.',
  seatsLeft: (count) =>
    plural(count, {
      one: `Resta ${number(count)} licença`,
      other: `Restam ${number(count)} licenças`,
    }),
  seatsShort: (wanted, left) =>
    `${number(wanted)} pessoas e ${counted(left, 'licença livre', 'licenças livres')}: libere algumas ou peça mais.`,
  inviteInstead: 'Convidar por e-mail em vez disso',
  createInstead: 'Criar com senha em vez disso',
  invitedTitle: (count) => counted(count, 'pessoa convidada', 'pessoas convidadas'),
  createdTitle: (name) => `${name} foi adicionado(a)`,
  createdText: 'A pessoa já pode entrar com essa senha.',
  mailUnderway: 'O e-mail está a caminho',
  notAdded: (count) => counted(count, 'não foi adicionado', 'não foram adicionados'),
  cameBack: 'já esteve aqui e volta',
  correct: 'Corrigir',
  addMore: 'Adicionar mais',
  importTitle: 'Importar pessoas',
  importLink: 'Importar um arquivo CSV',
  importHint: 'Um e-mail por linha; nome, função, departamentos e canais são opcionais.',
  chooseFile: 'Escolher um arquivo',
  dropFile: 'ou solte aqui',
  importWay: {
    invite: 'Convidar as pessoas novas por e-mail',
    create: 'Adicionar as pessoas novas sem e-mail',
  },
  checking: 'A tabela está sendo verificada',
  importing: 'As pessoas estão sendo importadas',
  progress: (done, total) =>
    total === null ? `${number(done)} linhas` : `${number(done)} de ${number(total)} linhas`,
  outcomes: {
    created: (count) => counted(count, 'nova', 'novas'),
    changed: (count) => counted(count, 'alterada', 'alteradas'),
    unchanged: (count) => `${number(count)} sem alterações`,
    refused: (count) => counted(count, 'recusada', 'recusadas'),
  },
  row: (row) => `Linha ${number(row)}`,
  ignoredColumns: (columns) => `Estas colunas não são usadas: ${columns}`,
  startImport: (count) =>
    plural(count, {
      one: `Importar ${number(count)} pessoa`,
      other: `Importar ${number(count)} pessoas`,
    }),
  nothingToImport: 'Ninguém seria adicionado ou alterado.',
  imported: 'A importação terminou',
  downloadRefused: 'Baixar as linhas recusadas',
  otherFile: 'Escolher outro arquivo',
  importFailed: 'A tabela não pôde ser lida até o fim. Envie de novo.',
})
