import type { WorkspaceBrand } from '@plantel/db'
import type { Locale } from '@plantel/team'

import { nearestLanguage } from './mail-language.ts'
import { layOutMail } from './mail-layout.ts'
import type { Mail } from './mailer.ts'

/** What the mail says about the person and the workspace. */
export interface Welcome {
  workspaceId: string
  workspaceName: string
  brand: WorkspaceBrand | null
  recipient: string
  /** As one greets them: the given name, or the display name. */
  name: string
  role: string
  departments: readonly string[]
  /** BCP 47. */
  language: string
  /** They sign in with the account that their company gave them. */
  hasWorkAccount: boolean
}

interface Texts {
  subject: (workspace: string) => string
  greeting: (name: string) => string
  role: (workspace: string, role: string) => string
  departments: (list: string, count: number) => string
  signIn: string
  why: (workspace: string) => string
}

const texts: Readonly<Record<Locale, Texts>> = {
  en: {
    subject: (workspace) => `Welcome to the ${workspace} team`,
    greeting: (name) => `Hello ${name},`,
    role: (workspace, role) => `You now have access to the inbox of ${workspace} as ${role}.`,
    departments: (list, count) => `Your ${count === 1 ? 'department' : 'departments'}: ${list}.`,
    signIn: 'Sign in with your work account; there is no password to set.',
    why: (workspace) => `You receive this mail because ${workspace} gave you access.`,
  },
  es: {
    subject: (workspace) => `Te damos la bienvenida al equipo de ${workspace}`,
    greeting: (name) => `Hola, ${name}:`,
    role: (workspace, role) => `Ya tienes acceso a la bandeja de ${workspace} con el rol ${role}.`,
    departments: (list, count) =>
      `${count === 1 ? 'Tu departamento' : 'Tus departamentos'}: ${list}.`,
    signIn: 'Inicia sesión con tu cuenta de trabajo; no hace falta crear una contraseña.',
    why: (workspace) => `Recibes este correo porque ${workspace} te dio acceso.`,
  },
  'pt-BR': {
    subject: (workspace) => `Boas-vindas à equipe da ${workspace}`,
    greeting: (name) => `Olá, ${name},`,
    role: (workspace, role) =>
      `Você já tem acesso à caixa de entrada da ${workspace} com a função ${role}.`,
    departments: (list, count) =>
      `${count === 1 ? 'Seu departamento' : 'Seus departamentos'}: ${list}.`,
    signIn: 'Entre com sua conta de trabalho; não é preciso criar uma senha.',
    why: (workspace) => `Você recebeu este e-mail porque a ${workspace} lhe deu acesso.`,
  },
}

/** Tells a new member that they can come in, in the nearest of our languages. */
export function renderWelcomeMail(welcome: Welcome): Mail {
  const language = nearestLanguage(welcome.language)
  const text = texts[language]
  const { workspaceId, workspaceName, brand, recipient, departments } = welcome
  const name = brand?.name ?? workspaceName
  const list = new Intl.ListFormat(language).format(departments)
  return layOutMail({
    workspaceId,
    recipient,
    language,
    brand,
    workspaceName,
    subject: text.subject(name),
    greeting: text.greeting(welcome.name),
    paragraphs: [
      text.role(name, welcome.role),
      ...(departments.length === 0 ? [] : [text.departments(list, departments.length)]),
      ...(welcome.hasWorkAccount ? [text.signIn] : []),
    ],
    footer: text.why(name),
  })
}
