import type { WorkspaceBrand } from '@plantel/db'
import type { Locale } from '@plantel/team'

import { nearestLanguage } from './mail-language.ts'
import { layOutMail } from './mail-layout.ts'
import type { Mail } from './mailer.ts'

/** Who has asked for a new password, and where they choose it. */
export interface PasswordResetMail {
  workspaceId: string
  workspaceName: string
  brand: WorkspaceBrand | null
  recipient: string
  name: string
  /** BCP 47. */
  language: string
  url: string
}

interface Texts {
  subject: (workspace: string) => string
  greeting: (name: string) => string
  paragraph: string
  button: string
  otherwise: string
  notes: readonly string[]
  why: (workspace: string) => string
}

const texts: Readonly<Record<Locale, Texts>> = {
  en: {
    subject: (workspace) => `A new password for ${workspace}`,
    greeting: (name) => `Hello ${name},`,
    paragraph: 'Here you choose a new password. Afterwards you are signed out everywhere else.',
    button: 'Choose a new password',
    otherwise: 'If the button does not work, open this address:',
    notes: [
      'The link works once, for 30 minutes.',
      'You did not ask for it? Then leave this mail alone: your password stays as it is.',
    ],
    why: (workspace) =>
      `You receive this mail because somebody asked for a new password for your account in ${workspace}.`,
  },
  es: {
    subject: (workspace) => `Una contraseña nueva para ${workspace}`,
    greeting: (name) => `Hola, ${name}:`,
    paragraph: 'Aquí eliges una contraseña nueva. Después se cerrarán tus demás sesiones.',
    button: 'Elegir una contraseña nueva',
    otherwise: 'Si el botón no funciona, abre esta dirección:',
    notes: [
      'El enlace sirve una sola vez, durante 30 minutos.',
      '¿No la pediste? No hagas nada: tu contraseña sigue igual.',
    ],
    why: (workspace) =>
      `Recibes este correo porque alguien pidió una contraseña nueva para tu cuenta en ${workspace}.`,
  },
  'pt-BR': {
    subject: (workspace) => `Uma nova senha para ${workspace}`,
    greeting: (name) => `Olá, ${name},`,
    paragraph: 'Aqui você escolhe uma nova senha. Depois, suas outras sessões serão encerradas.',
    button: 'Escolher uma nova senha',
    otherwise: 'Se o botão não funcionar, abra este endereço:',
    notes: [
      'O link vale uma única vez, por 30 minutos.',
      'Não pediu? Não faça nada: sua senha continua a mesma.',
    ],
    why: (workspace) =>
      `Você recebeu este e-mail porque alguém pediu uma nova senha para a sua conta em ${workspace}.`,
  },
}

/** The mail with the link behind which a new password is chosen. */
export function renderPasswordResetMail(content: PasswordResetMail): Mail {
  const { workspaceId, workspaceName, brand, recipient, url } = content
  const language = nearestLanguage(content.language)
  const text = texts[language]
  const name = brand?.name ?? workspaceName
  return layOutMail({
    workspaceId,
    recipient,
    language,
    brand,
    workspaceName,
    subject: text.subject(name),
    greeting: text.greeting(content.name),
    paragraphs: [text.paragraph],
    button: { label: text.button, url, otherwise: text.otherwise },
    notes: text.notes,
    footer: text.why(name),
  })
}
