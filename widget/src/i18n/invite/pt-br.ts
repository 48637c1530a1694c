import type { CreateInviteMessages } from './invite-messages.ts'

/** Brazilian Portuguese. */
export const createMessages: CreateInviteMessages = ({ number, plural }) => ({
  fields: {
    givenName: 'Nome',
    familyName: 'Sobrenome',
    displayName: 'Nome',
    email: 'E-mail',
    jobTitle: 'Cargo',
    role: 'Função',
    password: 'Senha',
    departments: 'Departamentos',
    channels: 'Canais',
    supervisor: 'Supervisor',
    phone: 'Telefone',
    language: 'Idioma',
    message: 'Mensagem no e-mail',
  },
  emailHint: 'O convite é enviado para este endereço.',
  emailsHint: 'Digite ou cole quantos quiser, também de uma planilha.',
  signatureHint: 'Os clientes veem este nome quando a assinatura está ativa.',
  supervisorHint: 'Vê as conversas de todos.',
  noDepartmentHint: 'Sem departamento, ainda vê as conversas que não têm um.',
  messageHint: 'Com as suas palavras, abaixo das nossas.',
  passwordHint: 'Dez caracteres ou mais. É com ela que a pessoa entra.',
  showPassword: 'Mostrar senha',
  suggestPassword: 'Sugerir uma',
  addressChecks: {
    invalid: 'não é um endereço',
    repeated: 'está duas vezes',
    member: 'já é membro',
    invited: 'já tem um convite',
    refused: 'não pôde ser adicionado',
  },
  addressCount: (count) =>
    plural(count, { one: `${number(count)} endereço`, other: `${number(count)} endereços` }),
  wrongCount: (count) =>
    plural(count, {
      one: `${number(count)} precisa de correção`,
      other: `${number(count)} precisam de correção`,
    }),
  removeAddress: (address) => `Remover ${address}`,
  needsAddress: 'Informe pelo menos um endereço.',
  needsRole: 'Escolha uma função.',
  seatsLeft: (count) =>
    plural(count, {
      one: `Resta ${number(count)} licença`,
      other: `Restam ${number(count)} licenças`,
    }),
  seatsShort: (wanted, left) =>
    `${number(wanted)} pessoas e ${plural(left, { one: `${number(left)} licença livre`, other: `${number(left)} licenças livres` })}: libere algumas ou peça mais.`,
  inviteInstead: 'Convidar por e-mail em vez disso',
  createInstead: 'Criar com senha em vez disso',
  invitedTitle: (count) =>
    plural(count, {
      one: `${number(count)} pessoa convidada`,
      other: `${number(count)} pessoas convidadas`,
    }),
  createdTitle: (name) => `${name} foi adicionado(a)`,
  createdText: 'A pessoa já pode entrar com o e-mail e a senha que você definiu.',
  mailUnderway: 'O e-mail está a caminho',
  notAdded: (count) =>
    plural(count, {
      one: `${number(count)} não foi adicionado`,
      other: `${number(count)} não foram adicionados`,
    }),
  cameBack: 'já esteve aqui e volta',
  correct: 'Corrigir',
  addMore: 'Adicionar mais',
  contactHost: 'Para mais, fale com quem administra a sua caixa de entrada.',
  importTitle: 'Importar pessoas',
  importLink: 'Importar um arquivo CSV',
  importHint:
    'Uma pessoa por linha; só o e-mail é obrigatório. Também nome, função, departamentos e canais.',
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
    created: (count) =>
      plural(count, { one: `${number(count)} nova`, other: `${number(count)} novas` }),
    changed: (count) =>
      plural(count, { one: `${number(count)} alterada`, other: `${number(count)} alteradas` }),
    unchanged: (count) => `${number(count)} sem alterações`,
    refused: (count) =>
      plural(count, { one: `${number(count)} recusada`, other: `${number(count)} recusadas` }),
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
  stop: 'Parar',
})
