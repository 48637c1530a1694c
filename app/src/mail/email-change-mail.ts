import type { WorkspaceBrand } from '@plantel/db'
import type { EmailChange, Locale } from '@plantel/team'

import { nearestLanguage } from './mail-language.ts'
import { layOutMail, type MailContent } from './mail-layout.ts'
import type { Mail } from './mailer.ts'

/** The workspace that somebody signs in to, as the mail shows it. */
export interface EmailChangeWorkspace {
  id: string
  name: string
  brand: WorkspaceBrand | null
  /** BCP 47. */
  locale: string
}

interface Texts {
  greeting: (name: string) => string
  askSubject: (workspace: string) => string
  ask: (workspace: string, email: string) => string
  button: string
  otherwise: string
  askNotes: readonly string[]
  warnSubject: (workspace: string) => string
  warn: (workspace: string, email: string) => string
  warnNotes: readonly string[]
  doneSubject: (workspace: string) => string
  done: (workspace: string, email: string) => string
  doneNotes: readonly string[]
  welcome: (workspace: string, email: string) => string
  why: (workspace: string) => string
}

const texts: Readonly<Record<Locale, Texts>> = {
  en: {
    greeting: (name) => `Hello ${name},`,
    askSubject: (workspace) => `Confirm your new address for ${workspace}`,
    ask: (workspace, email) =>
      `You want to sign in to ${workspace} as ${email} from now on. Confirm that this mailbox is yours.`,
    button: 'Look at it and confirm',
    otherwise: 'If the button does not work, open this address:',
    askNotes: [
      'Until then nothing changes. The link works once, for an hour.',
      'You did not ask for this? Then leave this mail alone.',
    ],
    warnSubject: (workspace) => `Somebody wants to change your address for ${workspace}`,
    warn: (workspace, email) =>
      `Somebody who is signed in to ${workspace} as you asked to change your address to ${email}. Nothing has changed yet.`,
    warnNotes: [
      'That was you? Then there is nothing to do here.',
      'It was not you? Sign out everywhere, change your password if you have one, and tell your administrator at once.',
    ],
    doneSubject: (workspace) => `Your address for ${workspace} was changed`,
    done: (workspace, email) =>
      `From now on you sign in to ${workspace} as ${email}, and no longer with this address. You were signed out everywhere.`,
    doneNotes: [
      'It was not you? Tell your administrator at once: they can end all access of the account.',
    ],
    welcome: (workspace, email) =>
      `From now on you sign in to ${workspace} as ${email}. Your administrator changed it.`,
    why: (workspace) =>
      `You receive this mail because it is about the address of an account in ${workspace}.`,
  },
  es: {
    greeting: (name) => `Hola, ${name}:`,
    askSubject: (workspace) => `Confirma tu nueva dirección para ${workspace}`,
    ask: (workspace, email) =>
      `Quieres iniciar sesión en ${workspace} como ${email} a partir de ahora. Confirma que este buzón es tuyo.`,
    button: 'Revisar y confirmar',
    otherwise: 'Si el botón no funciona, abre esta dirección:',
    askNotes: [
      'Hasta entonces no cambia nada. El enlace sirve una sola vez, durante una hora.',
      '¿No lo pediste? No hagas nada.',
    ],
    warnSubject: (workspace) => `Alguien quiere cambiar tu dirección en ${workspace}`,
    warn: (workspace, email) =>
      `Alguien que inició sesión en ${workspace} con tu cuenta pidió cambiar tu dirección por ${email}. Todavía no ha cambiado nada.`,
    warnNotes: [
      '¿Fuiste tú? No tienes que hacer nada aquí.',
      '¿No fuiste tú? Cierra todas tus sesiones, cambia tu contraseña si tienes una y avisa enseguida a tu administrador.',
    ],
    doneSubject: (workspace) => `Tu dirección para ${workspace} cambió`,
    done: (workspace, email) =>
      `A partir de ahora inicias sesión en ${workspace} como ${email} y ya no con esta dirección. Se cerraron todas tus sesiones.`,
    doneNotes: [
      '¿No fuiste tú? Avisa enseguida a tu administrador: puede cortar todo acceso a la cuenta.',
    ],
    welcome: (workspace, email) =>
      `A partir de ahora inicias sesión en ${workspace} como ${email}. Lo cambió tu administrador.`,
    why: (workspace) =>
      `Recibes este correo porque trata de la dirección de una cuenta en ${workspace}.`,
  },
  'pt-BR': {
    greeting: (name) => `Olá, ${name},`,
    askSubject: (workspace) => `Confirme seu novo endereço para ${workspace}`,
    ask: (workspace, email) =>
      `Você quer entrar em ${workspace} como ${email} a partir de agora. Confirme que este e-mail é seu.`,
    button: 'Ver e confirmar',
    otherwise: 'Se o botão não funcionar, abra este endereço:',
    askNotes: [
      'Até lá, nada muda. O link vale uma única vez, por uma hora.',
      'Não pediu? Não faça nada.',
    ],
    warnSubject: (workspace) => `Alguém quer mudar seu endereço em ${workspace}`,
    warn: (workspace, email) =>
      `Alguém que entrou em ${workspace} com a sua conta pediu para mudar seu endereço para ${email}. Nada mudou ainda.`,
    warnNotes: [
      'Foi você? Então não precisa fazer nada aqui.',
      'Não foi você? Encerre todas as suas sessões, troque sua senha se tiver uma e avise logo quem administra a equipe.',
    ],
    doneSubject: (workspace) => `Seu endereço para ${workspace} mudou`,
    done: (workspace, email) =>
      `A partir de agora você entra em ${workspace} como ${email}, e não mais com este endereço. Todas as suas sessões foram encerradas.`,
    doneNotes: [
      'Não foi você? Avise logo quem administra a equipe: essa pessoa pode cortar todo acesso à conta.',
    ],
    welcome: (workspace, email) =>
      `A partir de agora você entra em ${workspace} como ${email}. Foi quem administra a equipe que mudou.`,
    why: (workspace) =>
      `Você recebeu este e-mail porque ele trata do endereço de uma conta em ${workspace}.`,
  },
}

/** To the new address: the link behind which it is confirmed. */
export function renderEmailConfirmationMail(
  change: EmailChange,
  workspace: EmailChangeWorkspace,
  url: string,
): Mail {
  const { text, name, content } = frameOf(change, workspace, change.email)
  return layOutMail({
    ...content,
    subject: text.askSubject(name),
    paragraphs: [text.ask(name, change.email)],
    button: { label: text.button, url, otherwise: text.otherwise },
    notes: text.askNotes,
  })
}

/** To the present address: that another one was asked for. */
export function renderEmailWarningMail(
  change: EmailChange,
  workspace: EmailChangeWorkspace,
  recipient: string,
): Mail {
  const { text, name, content } = frameOf(change, workspace, recipient)
  return layOutMail({
    ...content,
    subject: text.warnSubject(name),
    paragraphs: [text.warn(name, obscured(change.email))],
    notes: text.warnNotes,
  })
}

/** To the former address: that it counts no longer. */
export function renderEmailChangedMail(
  change: EmailChange,
  workspace: EmailChangeWorkspace,
  recipient: string,
): Mail {
  const { text, name, content } = frameOf(change, workspace, recipient)
  return layOutMail({
    ...content,
    subject: text.doneSubject(name),
    paragraphs: [text.done(name, obscured(change.email))],
    notes: text.doneNotes,
  })
}

/** To an address that the host has written down: that one signs in with it. */
export function renderEmailGivenMail(change: EmailChange, workspace: EmailChangeWorkspace): Mail {
  const { text, name, content } = frameOf(change, workspace, change.email)
  return layOutMail({
    ...content,
    subject: text.doneSubject(name),
    paragraphs: [text.welcome(name, change.email)],
  })
}

function frameOf(
  change: EmailChange,
  workspace: EmailChangeWorkspace,
  recipient: string,
): { text: Texts; name: string; content: Omit<MailContent, 'subject' | 'paragraphs'> } {
  const language = nearestLanguage(change.language ?? workspace.locale)
  const text = texts[language]
  const name = workspace.brand?.name ?? workspace.name
  return {
    text,
    name,
    content: {
      workspaceId: workspace.id,
      recipient,
      language,
      brand: workspace.brand,
      workspaceName: workspace.name,
      // Whoever has said no name is called by the address, which is no way to begin a letter to another one.
      greeting: text.greeting(change.name.includes('@') ? name : change.name),
      footer: text.why(name),
    },
  }
}

/** Enough to know one's own: the former mailbox may be read by somebody else by now. */
function obscured(email: string): string {
  const at = email.lastIndexOf('@')
  return `${String.fromCodePoint(email.codePointAt(0) ?? 0)}…${email.slice(at)}`
}
