import type { Language } from '../pages/language.ts'
import type { Activity } from './activity.ts'

interface InboxMessages {
  conversations: string
  chats: string
  team: string
  settings: string
  directory: string
  mailbox: string
  home: string
  company: string
  switch: string
  youAreOwner: (owner: string) => string
  youAreOwnerWhy: string
  youAre: (name: string, role: string) => string
  signIn: string
  signInAsOther: string
  signOut: string
  backToOwner: string
  visible: (seen: number, all: number) => string
  noneVisible: string
  noneVisibleWhy: string
  unassigned: string
  unread: (count: number) => string
  back: string
  write: string
  send: string
  pick: string
  messagesWith: (customer: string) => string
  you: string
  teamIntro: string
  teamLoading: string
  teamFailed: string
  teamFailedWhy: string
  retry: string
  told: string
  toldEmpty: string
  tell: (activity: Activity) => string
  ended: (name: string) => string
  endedWhy: string
  failed: string
  failedWhy: string
  unavailable: string
  unavailableWhy: string
  notFound: string
}

function detail({ role, departments }: Activity): string {
  return [role, ...departments].filter((part) => part !== undefined).join(' · ')
}

function withDetail(sentence: string, activity: Activity): string {
  const text = detail(activity)
  return text === '' ? sentence : `${sentence}: ${text}`
}

export const inboxMessages: Record<Language, InboxMessages> = {
  en: {
    conversations: 'Conversations',
    chats: 'Chats',
    team: 'Team',
    settings: 'Settings',
    directory: 'Directory',
    mailbox: 'Mailbox',
    home: 'About this demo',
    company: 'Company',
    switch: 'Switch',
    youAreOwner: (owner) => `You look through the eyes of ${owner}, the owner.`,
    youAreOwnerWhy: 'So that you see everything at once. Nobody signed in.',
    youAre: (name, role) => `${name}, ${role}. Signed in.`,
    signIn: 'Sign in with your company',
    signInAsOther: 'Sign in as somebody else',
    signOut: 'Sign out',
    backToOwner: 'Back to the owner',
    visible: (seen, all) => `${seen} of ${all}`,
    noneVisible: 'No conversation for you yet',
    noneVisibleWhy: 'You see the chats of your departments and channels. None is open there.',
    unassigned: 'Unassigned',
    unread: (count) => `${count} unread`,
    back: 'Conversations',
    write: 'Write a message',
    send: 'Send',
    pick: 'Pick a conversation',
    messagesWith: (customer) => `Messages with ${customer}`,
    you: 'You',
    teamIntro: 'Plantel’s Team widget, embedded as a Module Federation remote.',
    teamLoading: 'Loading the team…',
    teamFailed: 'The team could not be loaded',
    teamFailedWhy: 'Plantel did not answer. Is it still running?',
    retry: 'Try again',
    told: 'What Plantel told us',
    toldEmpty: 'Hire somebody in the directory: Plantel tells us here.',
    tell(activity) {
      const person = activity.person ?? '—'
      switch (activity.type) {
        case 'member.activated':
          return withDetail(`${person} joined`, activity)
        case 'member.access_changed':
          return withDetail(`${person}’s access changed`, activity)
        case 'member.suspended':
          return `${person} was suspended and signed out`
        case 'member.invited':
          return `${person} was invited`
        case 'member.reactivated':
          return withDetail(`${person} is back`, activity)
        case 'member.removed':
          return `${person} was removed`
        case 'handover.requested':
          return `${person}’s conversations are being handed over`
        case 'handover.completed':
          return `${person}’s conversations are handed over`
        case 'rules.changed':
          return 'The mapping rules changed'
        default:
          return activity.person === undefined ? activity.type : `${activity.type}: ${person}`
      }
    },
    ended: (name) => `Your access has ended, ${name}`,
    endedWhy:
      'Your company’s directory told Plantel that you left, or you signed out. Your conversations are safe with your team.',
    failed: 'The sign-in did not succeed',
    failedWhy:
      'It was cancelled, took too long, or your company gives you no access to this inbox.',
    unavailable: 'Plantel can’t be reached',
    unavailableWhy: 'We can’t tell whether you may still come in. Nothing is lost; try again soon.',
    notFound: 'There is no such page',
  },
  es: {
    conversations: 'Conversaciones',
    chats: 'Chats',
    team: 'Equipo',
    settings: 'Configuración',
    directory: 'Directorio',
    mailbox: 'Correo',
    home: 'Acerca de esta demo',
    company: 'Empresa',
    switch: 'Cambiar',
    youAreOwner: (owner) => `Estás viendo el buzón como ${owner}, propietaria.`,
    youAreOwnerWhy: 'Así lo ves todo desde el principio. Nadie ha iniciado sesión.',
    youAre: (name, role) => `${name}, ${role}. Con la sesión iniciada.`,
    signIn: 'Iniciar sesión con tu empresa',
    signInAsOther: 'Entrar como otra persona',
    signOut: 'Cerrar sesión',
    backToOwner: 'Volver a la propietaria',
    visible: (seen, all) => `${seen} de ${all}`,
    noneVisible: 'Aún no hay conversaciones para ti',
    noneVisibleWhy: 'Ves los chats de tus departamentos y canales. Ahí no hay ninguno abierto.',
    unassigned: 'Sin asignar',
    unread: (count) => `${count} sin leer`,
    back: 'Conversaciones',
    write: 'Escribe un mensaje',
    send: 'Enviar',
    pick: 'Elige una conversación',
    messagesWith: (customer) => `Mensajes con ${customer}`,
    you: 'Tú',
    teamIntro: 'El widget de equipo de Plantel, integrado como remoto de Module Federation.',
    teamLoading: 'Cargando el equipo…',
    teamFailed: 'No se pudo cargar el equipo',
    teamFailedWhy: 'Plantel no respondió. ¿Sigue en marcha?',
    retry: 'Reintentar',
    told: 'Lo que nos dijo Plantel',
    toldEmpty: 'Contrata a alguien en el directorio: Plantel nos avisa aquí.',
    tell(activity) {
      const person = activity.person ?? '—'
      switch (activity.type) {
        case 'member.activated':
          return withDetail(`Se incorporó ${person}`, activity)
        case 'member.access_changed':
          return withDetail(`Cambió el acceso de ${person}`, activity)
        case 'member.suspended':
          return `Se suspendió a ${person} y se cerró su sesión`
        case 'member.invited':
          return `Invitaron a ${person}`
        case 'member.reactivated':
          return withDetail(`${person} está de vuelta`, activity)
        case 'member.removed':
          return `Se quitó a ${person}`
        case 'handover.requested':
          return `Las conversaciones de ${person} pasan a otras manos`
        case 'handover.completed':
          return `Las conversaciones de ${person} ya tienen a quién las atienda`
        case 'rules.changed':
          return 'Cambiaron las reglas de asignación'
        default:
          return activity.person === undefined ? activity.type : `${activity.type}: ${person}`
      }
    },
    ended: (name) => `Tu acceso terminó, ${name}`,
    endedWhy:
      'El directorio de tu empresa avisó a Plantel de tu baja, o cerraste sesión. Tus conversaciones quedan a salvo con tu equipo.',
    failed: 'No se pudo iniciar sesión',
    failedWhy: 'Se canceló, tardó demasiado o tu empresa no te da acceso a este buzón.',
    unavailable: 'No se puede contactar con Plantel',
    unavailableWhy:
      'No podemos saber si todavía puedes entrar. No se pierde nada; inténtalo en un momento.',
    notFound: 'Esta página no existe',
  },
  'pt-BR': {
    conversations: 'Conversas',
    chats: 'Conversas',
    team: 'Equipe',
    settings: 'Configurações',
    directory: 'Diretório',
    mailbox: 'E-mails',
    home: 'Sobre esta demo',
    company: 'Empresa',
    switch: 'Trocar',
    youAreOwner: (owner) => `Você está vendo como ${owner}, proprietária.`,
    youAreOwnerWhy: 'Assim você vê tudo de uma vez. Ninguém entrou.',
    youAre: (name, role) => `${name}, ${role}. Com a sessão iniciada.`,
    signIn: 'Entrar com a sua empresa',
    signInAsOther: 'Entrar como outra pessoa',
    signOut: 'Sair',
    backToOwner: 'Voltar à proprietária',
    visible: (seen, all) => `${seen} de ${all}`,
    noneVisible: 'Ainda não há conversas para você',
    noneVisibleWhy: 'Você vê os chats dos seus departamentos e canais. Não há nenhum aberto neles.',
    unassigned: 'Sem responsável',
    unread: (count) => `${count} não lidas`,
    back: 'Conversas',
    write: 'Escreva uma mensagem',
    send: 'Enviar',
    pick: 'Escolha uma conversa',
    messagesWith: (customer) => `Mensagens com ${customer}`,
    you: 'Você',
    teamIntro: 'O widget de equipe do Plantel, incorporado como remoto de Module Federation.',
    teamLoading: 'Carregando a equipe…',
    teamFailed: 'Não foi possível carregar a equipe',
    teamFailedWhy: 'O Plantel não respondeu. Ele ainda está rodando?',
    retry: 'Tentar de novo',
    told: 'O que o Plantel nos disse',
    toldEmpty: 'Contrate alguém no diretório: o Plantel avisa aqui.',
    tell(activity) {
      const person = activity.person ?? '—'
      switch (activity.type) {
        case 'member.activated':
          return withDetail(`${person} entrou`, activity)
        case 'member.access_changed':
          return withDetail(`Mudou o acesso de ${person}`, activity)
        case 'member.suspended':
          return `${person} foi suspenso(a) e desconectado(a)`
        case 'member.invited':
          return `Convidaram ${person}`
        case 'member.reactivated':
          return withDetail(`${person} está de volta`, activity)
        case 'member.removed':
          return `${person} foi removido(a)`
        case 'handover.requested':
          return `As conversas de ${person} estão sendo repassadas`
        case 'handover.completed':
          return `As conversas de ${person} foram repassadas`
        case 'rules.changed':
          return 'As regras de mapeamento mudaram'
        default:
          return activity.person === undefined ? activity.type : `${activity.type}: ${person}`
      }
    },
    ended: (name) => `Seu acesso terminou, ${name}`,
    endedWhy:
      'O diretório da sua empresa avisou o Plantel do seu desligamento, ou você saiu. Suas conversas estão seguras com a sua equipe.',
    failed: 'Não foi possível entrar',
    failedWhy: 'O login foi cancelado, demorou demais ou sua empresa não lhe dá acesso aqui.',
    unavailable: 'Não foi possível contatar o Plantel',
    unavailableWhy:
      'Não sabemos se você ainda pode entrar. Nada se perde; tente de novo em instantes.',
    notFound: 'Esta página não existe',
  },
}
