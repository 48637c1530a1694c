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

interface Message {
  subject: (workspace: string) => string
  says: (workspace: string, email: string) => string
  notes: readonly string[]
}

interface Texts {
  greeting: (name: string) => string
  ask: Message
  button: string
  otherwise: string
  warn: Message
  done: Message
  welcome: (workspace: string, email: string) => string
  why: (workspace: string) => string
}

const texts: Readonly<Record<Locale, Texts>> = {
  en: {
    greeting: (name) => `Hello ${name},`,
    ask: {
      subject: (workspace) => `Confirm your new address for ${workspace}`,
      says: (workspace, email) =>
        `You want to sign in to ${workspace} as ${email} from now on. Confirm that this mailbox is yours.`,
      notes: [
        'Until then nothing changes. The link works once, for an hour.',
        'You did not ask for this? Then leave this mail alone.',
      ],
    },
    button: 'Look at it and confirm',
    otherwise: 'If the button does not work, open this address:',
    warn: {
      subject: (workspace) => `Somebody wants to change your address for ${workspace}`,
      says: (workspace, email) =>
        `Somebody who is signed in to ${workspace} as you asked to change your address to ${email}. Nothing has changed yet.`,
      notes: [
        'That was you? Then there is nothing to do here.',
        'It was not you? Sign out everywhere, change your password if you have one, and tell your administrator at once.',
      ],
    },
    done: {
      subject: (workspace) => `Your address for ${workspace} was changed`,
      says: (workspace, email) =>
        `From now on you sign in to ${workspace} as ${email}, and no longer with this address. You were signed out everywhere.`,
      notes: [
        'It was not you? Tell your administrator at once: they can end all access of the account.',
      ],
    },
    welcome: (workspace, email) =>
      `From now on you sign in to ${workspace} as ${email}. Your administrator changed it.`,
    why: (workspace) =>
      `You receive this mail because it is about the address of an account in ${workspace}.`,
  },
  es: {
    greeting: (name) => `Hola, ${name}:`,
    ask: {
      subject: (workspace) => `Confirma tu nueva dirección para ${workspace}`,
      says: (workspace, email) =>
        `Quieres iniciar sesión en ${workspace} como ${email} a partir de ahora. Confirma que este buzón es tuyo.`,
      notes: [
        'Hasta entonces no cambia nada. El enlace sirve una sola vez, durante una hora.',
        '¿No lo pediste? No hagas nada.',
      ],
    },
    button: 'Revisar y confirmar',
    otherwise: 'Si el botón no funciona, abre esta dirección:',
    warn: {
      subject: (workspace) => `Alguien quiere cambiar tu dirección en ${workspace}`,
      says: (workspace, email) =>
        `Alguien que inició sesión en ${workspace} con tu cuenta pidió cambiar tu dirección por ${email}. Todavía no ha cambiado nada.`,
      notes: [
        '¿Fuiste tú? No tienes que hacer nada aquí.',
        '¿No fuiste tú? Cierra todas tus sesiones, cambia tu contraseña si tienes una y avisa enseguida a tu administrador.',
      ],
    },
    done: {
      subject: (workspace) => `Tu dirección para ${workspace} cambió`,
      says: (workspace, email) =>
        `A partir de ahora inicias sesión en ${workspace} como ${email} y ya no con esta dirección. Se cerraron todas tus sesiones.`,
      notes: [
        '¿No fuiste tú? Avisa enseguida a tu administrador: puede cortar todo acceso a la cuenta.',
      ],
    },
    welcome: (workspace, email) =>
      `A partir de ahora inicias sesión en ${workspace} como ${email}. Lo cambió tu administrador.`,
    why: (workspace) =>
      `Recibes este correo porque trata de la dirección de una cuenta en ${workspace}.`,
  },
  'pt-BR': {
    greeting: (name) => `Olá, ${name},`,
    ask: {
      subject: (workspace) => `Confirme seu novo endereço para ${workspace}`,
      says: (workspace, email) =>
        `Você quer entrar em ${workspace} como ${email} a partir de agora. Confirme que este e-mail é seu.`,
      notes: [
        'Até lá, nada muda. O link vale uma única vez, por uma hora.',
        'Não pediu? Não faça nada.',
      ],
    },
    button: 'Ver e confirmar',
    otherwise: 'Se o botão não funcionar, abra este endereço:',
    warn: {
      subject: (workspace) => `Alguém quer mudar seu endereço em ${workspace}`,
      says: (workspace, email) =>
        `Alguém que entrou em ${workspace} com a sua conta pediu para mudar seu endereço para ${email}. Nada mudou ainda.`,
      notes: [
        'Foi você? Então não precisa fazer nada aqui.',
        'Não foi você? Encerre todas as suas sessões, troque sua senha se tiver uma e avise logo quem administra a equipe.',
      ],
    },
    done: {
      subject: (workspace) => `Seu endereço para ${workspace} mudou`,
      says: (workspace, email) =>
        `A partir de agora você entra em ${workspace} como ${email}, e não mais com este endereço. Todas as suas sessões foram encerradas.`,
      notes: [
        'Não foi você? Avise logo quem administra a equipe: essa pessoa pode cortar todo acesso à conta.',
      ],
    },
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
    subject: text.ask.subject(name),
    paragraphs: [text.ask.says(name, change.email)],
    button: { label: text.button, url, otherwise: text.otherwise },
    notes: text.ask.notes,
  })
}

/** To the former address: `warn` that another one was asked for, or that this one counts no longer, `done`. */
export function renderEmailNoticeMail(
  kind: 'warn' | 'done',
  change: EmailChange,
  workspace: EmailChangeWorkspace,
  recipient: string,
): Mail {
  const { text, name, content } = frameOf(change, workspace, recipient)
  const { subject, says, notes } = text[kind]
  return layOutMail({
    ...content,
    subject: subject(name),
    paragraphs: [says(name, obscured(change.email))],
    notes,
  })
}

/** To an address that the host has written down: that one signs in with it. */
export function renderEmailGivenMail(change: EmailChange, workspace: EmailChangeWorkspace): Mail {
  const { text, name, content } = frameOf(change, workspace, change.email)
  return layOutMail({
    ...content,
    subject: text.done.subject(name),
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
