import type { WorkspaceBrand } from '@plantel/db'
import type { InvitationToSend, Locale } from '@plantel/team'

import { nearestLanguage } from './mail-language.ts'
import { layOutMail } from './mail-layout.ts'
import type { Mail } from './mailer.ts'

/** The workspace that asks somebody in, as the mail shows it. */
export interface InvitingWorkspace {
  id: string
  name: string
  brand: WorkspaceBrand | null
  /** BCP 47. */
  locale: string
  /** IANA name. */
  timeZone: string
  /** The button, in the words of the inbox. */
  accept: Readonly<Record<Locale, string>>
  /** People come in by single sign-on only. */
  ssoRequired: boolean
}

interface Texts {
  subject: (workspace: string) => string
  reminder: (workspace: string) => string
  greeting: (name: string | null) => string
  invites: (inviter: string | null, workspace: string) => string
  role: (role: string) => string
  departments: (list: string, count: number) => string
  wrote: (inviter: string) => string
  sso: string
  otherwise: string
  until: (moment: string) => string
  unexpected: string
  why: (workspace: string) => string
}

const texts: Readonly<Record<Locale, Texts>> = {
  en: {
    subject: (workspace) => `You are invited to the ${workspace} team`,
    reminder: (workspace) => `Reminder: you are invited to the ${workspace} team`,
    greeting: (name) => (name === null ? 'Hello,' : `Hello ${name},`),
    invites: (inviter, workspace) =>
      inviter === null
        ? `You are invited to the inbox of ${workspace}.`
        : `${inviter} invites you to the inbox of ${workspace}.`,
    role: (role) => `Your role: ${role}.`,
    departments: (list, count) => `Your ${count === 1 ? 'department' : 'departments'}: ${list}.`,
    wrote: (inviter) => `${inviter} wrote:`,
    sso: 'You sign in with your work account; there is no password to set.',
    otherwise: 'If the button does not work, open this address:',
    until: (moment) => `The link works once, until ${moment}.`,
    unexpected: 'You did not expect this? Then do nothing: nobody comes in without this link.',
    why: (workspace) => `You receive this mail because somebody at ${workspace} invited you.`,
  },
  es: {
    subject: (workspace) => `Te invitaron al equipo de ${workspace}`,
    reminder: (workspace) => `Recordatorio: te invitaron al equipo de ${workspace}`,
    greeting: (name) => (name === null ? 'Hola:' : `Hola, ${name}:`),
    invites: (inviter, workspace) =>
      inviter === null
        ? `Te invitaron a la bandeja de ${workspace}.`
        : `${inviter} te invita a la bandeja de ${workspace}.`,
    role: (role) => `Tu rol: ${role}.`,
    departments: (list, count) =>
      `${count === 1 ? 'Tu departamento' : 'Tus departamentos'}: ${list}.`,
    wrote: (inviter) => `${inviter} escribió:`,
    sso: 'Inicias sesión con tu cuenta de trabajo; no hace falta crear una contraseña.',
    otherwise: 'Si el botón no funciona, abre esta dirección:',
    until: (moment) => `El enlace sirve una sola vez, hasta el ${moment}.`,
    unexpected: '¿No esperabas esta invitación? No hagas nada: sin este enlace nadie entra.',
    why: (workspace) => `Recibes este correo porque alguien de ${workspace} te invitó.`,
  },
  'pt-BR': {
    subject: (workspace) => `Você recebeu um convite para a equipe da ${workspace}`,
    reminder: (workspace) => `Lembrete: você recebeu um convite para a equipe da ${workspace}`,
    greeting: (name) => (name === null ? 'Olá,' : `Olá, ${name},`),
    invites: (inviter, workspace) =>
      inviter === null
        ? `Você recebeu um convite para a caixa de entrada da ${workspace}.`
        : `${inviter} convidou você para a caixa de entrada da ${workspace}.`,
    role: (role) => `Sua função: ${role}.`,
    departments: (list, count) =>
      `${count === 1 ? 'Seu departamento' : 'Seus departamentos'}: ${list}.`,
    wrote: (inviter) => `${inviter} escreveu:`,
    sso: 'Você entra com sua conta de trabalho; não é preciso criar uma senha.',
    otherwise: 'Se o botão não funcionar, abra este endereço:',
    until: (moment) => `O link funciona uma única vez, até ${moment}.`,
    unexpected: 'Não esperava este convite? Não faça nada: sem este link ninguém entra.',
    why: (workspace) => `Você recebeu este e-mail porque alguém da ${workspace} convidou você.`,
  },
}

/** Asks somebody in, in their language where it is known; the second mail of an invitation says that it is one. */
export function renderInvitationMail(
  invitation: InvitationToSend,
  workspace: InvitingWorkspace,
  url: string,
): Mail {
  const language = nearestLanguage(invitation.language ?? workspace.locale)
  const text = texts[language]
  const { brand, timeZone } = workspace
  const name = brand?.name ?? workspace.name
  const { departments, roleName, inviterName, message } = invitation
  const subject = invitation.generation === 1 ? text.subject(name) : text.reminder(name)
  const list = new Intl.ListFormat(language).format(departments)
  const until = new Intl.DateTimeFormat(language, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone,
  }).format(invitation.expiresAt)
  return layOutMail({
    workspaceId: workspace.id,
    recipient: invitation.recipient,
    language,
    brand,
    workspaceName: workspace.name,
    subject,
    greeting: text.greeting(invitation.name),
    paragraphs: [
      text.invites(inviterName, name),
      ...(roleName === null ? [] : [text.role(roleName)]),
      ...(departments.length === 0 ? [] : [text.departments(list, departments.length)]),
      ...(workspace.ssoRequired ? [text.sso] : []),
    ],
    quote: message === null ? undefined : { text: message, by: text.wrote(inviterName ?? name) },
    button: { label: workspace.accept[language], url, otherwise: text.otherwise },
    notes: [text.until(`${until} (${timeZone})`), text.unexpected],
    footer: text.why(name),
  })
}
