import type { Locale, OwnershipParty, OwnershipTransfer } from '@plantel/team'

import type { InvitingWorkspace } from './invitation-mail.ts'
import { nearestLanguage } from './mail-language.ts'
import { layOutMail, type MailContent } from './mail-layout.ts'
import type { Mail } from './mailer.ts'

/** The workspace that changes hands, as the mail shows it. */
export type TransferredWorkspace = Pick<InvitingWorkspace, 'id' | 'name' | 'brand' | 'locale'>

interface Texts {
  greeting: (name: string) => string
  askSubject: Readonly<Record<OwnershipParty, (people: People) => string>>
  ask: Readonly<Record<OwnershipParty, (people: People) => readonly string[]>>
  button: string
  otherwise: string
  notes: readonly string[]
  doneSubject: (people: People) => string
  done: Readonly<Record<OwnershipParty, (people: People) => string>>
  why: (workspace: string) => string
}

interface People {
  workspace: string
  from: string
  to: string
  /** What the owner becomes. */
  role: string
}

const texts: Readonly<Record<Locale, Texts>> = {
  en: {
    greeting: (name) => `Hello ${name},`,
    askSubject: {
      from: ({ workspace, to }) => `Confirm that ${to} becomes the owner of ${workspace}`,
      to: ({ workspace, from }) => `${from} wants to make you the owner of ${workspace}`,
    },
    ask: {
      from: ({ workspace, to, role }) => [
        `You asked to hand ${workspace} over to ${to}.`,
        `Afterwards ${to} decides about everything, and your role is ${role}.`,
      ],
      to: ({ workspace, from }) => [
        `${from} wants to hand ${workspace} over to you.`,
        'As the owner you answer for the workspace: people, billing and data.',
      ],
    },
    button: 'Look at it and confirm',
    otherwise: 'If the button does not work, open this address:',
    notes: [
      'Nothing changes until both of you have confirmed. The link works for 30 minutes.',
      'You did not expect this? Then do not confirm, and tell your administrator.',
    ],
    doneSubject: ({ workspace, to }) => `${to} is the owner of ${workspace} now`,
    done: {
      from: ({ workspace, to, role }) =>
        `You handed ${workspace} over to ${to}. Your role is ${role} from now on.`,
      to: ({ workspace, from }) =>
        `${from} handed ${workspace} over to you: you are the owner now.`,
    },
    why: (workspace) => `You receive this mail because the owner of ${workspace} changes.`,
  },
  es: {
    greeting: (name) => `Hola, ${name}:`,
    askSubject: {
      from: ({ workspace, to }) => `Confirma que ${to} será propietario de ${workspace}`,
      to: ({ workspace, from }) => `${from} quiere cederte la propiedad de ${workspace}`,
    },
    ask: {
      from: ({ workspace, to, role }) => [
        `Pediste ceder la propiedad de ${workspace} a ${to}.`,
        `Después, ${to} decidirá sobre todo y tu rol será ${role}.`,
      ],
      to: ({ workspace, from }) => [
        `${from} quiere cederte la propiedad de ${workspace}.`,
        'Con ella respondes por el espacio de trabajo: personas, facturación y datos.',
      ],
    },
    button: 'Revisar y confirmar',
    otherwise: 'Si el botón no funciona, abre esta dirección:',
    notes: [
      'Nada cambia hasta que ambos confirmen. El enlace sirve durante 30 minutos.',
      '¿No esperabas este correo? No confirmes y avisa a tu administrador.',
    ],
    doneSubject: ({ workspace, to }) => `${workspace} ahora pertenece a ${to}`,
    done: {
      from: ({ workspace, to, role }) =>
        `Cediste la propiedad de ${workspace} a ${to}. Desde ahora tu rol es ${role}.`,
      to: ({ workspace, from }) => `${from} te cedió la propiedad de ${workspace}: ya es tuya.`,
    },
    why: (workspace) => `Recibes este correo porque cambia la propiedad de ${workspace}.`,
  },
  'pt-BR': {
    greeting: (name) => `Olá, ${name},`,
    askSubject: {
      from: ({ workspace, to }) => `Confirme a transferência da ${workspace} para ${to}`,
      to: ({ workspace, from }) => `${from} quer transferir a ${workspace} para você`,
    },
    ask: {
      from: ({ workspace, to, role }) => [
        `Você pediu para transferir a propriedade da ${workspace} para ${to}.`,
        `Depois disso, ${to} decide sobre tudo e sua função passa a ser ${role}.`,
      ],
      to: ({ workspace, from }) => [
        `${from} quer transferir a propriedade da ${workspace} para você.`,
        'Com ela, você responde pelo espaço de trabalho: pessoas, cobrança e dados.',
      ],
    },
    button: 'Ver e confirmar',
    otherwise: 'Se o botão não funcionar, abra este endereço:',
    notes: [
      'Nada muda até que as duas pessoas confirmem. O link funciona por 30 minutos.',
      'Não esperava este e-mail? Não confirme e avise quem administra a equipe.',
    ],
    doneSubject: ({ workspace, to }) => `A ${workspace} agora pertence a ${to}`,
    done: {
      from: ({ workspace, to, role }) =>
        `Você transferiu a propriedade da ${workspace} para ${to}. Sua função agora é ${role}.`,
      to: ({ workspace, from }) =>
        `${from} transferiu a propriedade da ${workspace} para você: ela já é sua.`,
    },
    why: (workspace) => `Você recebeu este e-mail porque a propriedade da ${workspace} muda.`,
  },
}

/** Asks one of the two whether the workspace shall change hands. */
export function renderOwnershipRequestMail(
  transfer: OwnershipTransfer,
  party: OwnershipParty,
  workspace: TransferredWorkspace,
  url: string,
): Mail | undefined {
  const frame = frameOf(transfer, party, workspace)
  if (frame === undefined) return undefined
  const { text, people, content } = frame
  return layOutMail({
    ...content,
    subject: text.askSubject[party](people),
    paragraphs: text.ask[party](people),
    button: { label: text.button, url, otherwise: text.otherwise },
    notes: text.notes,
  })
}

/** Tells one of the two that it has happened. */
export function renderOwnershipChangedMail(
  transfer: OwnershipTransfer,
  party: OwnershipParty,
  workspace: TransferredWorkspace,
): Mail | undefined {
  const frame = frameOf(transfer, party, workspace)
  if (frame === undefined) return undefined
  const { text, people, content } = frame
  return layOutMail({
    ...content,
    subject: text.doneSubject(people),
    paragraphs: [text.done[party](people)],
  })
}

/** Undefined for somebody who has no address any more. */
function frameOf(
  transfer: OwnershipTransfer,
  party: OwnershipParty,
  workspace: TransferredWorkspace,
):
  | { text: Texts; people: People; content: Omit<MailContent, 'subject' | 'paragraphs'> }
  | undefined {
  const { email, displayName, language: wanted } = transfer[party]
  if (email === null) return undefined
  const language = nearestLanguage(wanted ?? workspace.locale)
  const text = texts[language]
  const name = workspace.brand?.name ?? workspace.name
  return {
    text,
    people: {
      workspace: name,
      from: transfer.from.displayName,
      to: transfer.to.displayName,
      role: transfer.formerOwnerRole.name,
    },
    content: {
      workspaceId: workspace.id,
      recipient: email,
      language,
      brand: workspace.brand,
      workspaceName: workspace.name,
      greeting: text.greeting(displayName),
      footer: text.why(name),
    },
  }
}
