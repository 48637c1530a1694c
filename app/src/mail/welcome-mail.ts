import { html } from './html.ts'
import type { Mail } from './mailer.ts'

/** What the mail says about the person and the workspace. */
export interface Welcome {
  workspaceId: string
  workspaceName: string
  recipient: string
  /** As one greets them: the given name, or the display name. */
  name: string
  role: string
  departments: readonly string[]
  /** BCP 47. */
  language: string
}

interface Texts {
  subject: (workspace: string) => string
  greeting: (name: string) => string
  role: (workspace: string, role: string) => string
  departments: (list: string, count: number) => string
  signIn: string
  why: (workspace: string) => string
}

const languages = { en: 'en', es: 'es', 'pt-BR': 'pt' } as const
type Language = keyof typeof languages

const texts: Readonly<Record<Language, Texts>> = {
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
  const { workspaceName, departments } = welcome
  const lines = [text.role(workspaceName, welcome.role)]
  if (departments.length > 0) {
    const list = new Intl.ListFormat(language).format(departments)
    lines.push(text.departments(list, departments.length))
  }
  lines.push(text.signIn)
  const why = text.why(workspaceName)
  const subject = text.subject(workspaceName)
  const greeting = text.greeting(welcome.name)
  const paragraphs = lines.map((line) => html`<p style="margin:0 0 12px">${line}</p>`.html).join('')
  return {
    workspaceId: welcome.workspaceId,
    recipient: welcome.recipient,
    subject,
    text: [greeting, '', ...lines, '', why, ''].join('\n'),
    html: html`<!doctype html>
      <html lang="${language}">
        <head>
          <meta charset="utf-8" />
          <title>${subject}</title>
        </head>
        <body style="margin:0;padding:24px;background:#f4f5f7">
          <table
            role="presentation"
            align="center"
            cellpadding="0"
            cellspacing="0"
            width="100%"
            style="max-width:520px;background:#ffffff;border-radius:8px"
          >
            <tr>
              <td style="padding:28px;font:16px/1.5 system-ui,sans-serif;color:#1c2024">
                <p style="margin:0 0 12px">${greeting}</p>
                ${{ html: paragraphs }}
                <p style="margin:20px 0 0;font-size:13px;color:#60646c">${why}</p>
              </td>
            </tr>
          </table>
        </body>
      </html>`.html,
  }
}

function nearestLanguage(wanted: string): Language {
  const primary = wanted.toLowerCase().split('-', 1)[0]
  const known = Object.keys(languages) as Language[]
  return known.find((language) => languages[language] === primary) ?? 'en'
}
