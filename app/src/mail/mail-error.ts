/** What keeps a mail from being delivered, as an administrator can act on it. */
export type MailErrorKind =
  | 'not-configured'
  | 'unreachable'
  | 'timeout'
  | 'tls'
  | 'authentication'
  | 'sender-refused'
  | 'refused-for-now'
  | 'recipient-refused'
  | 'message-refused'
  | 'unknown'

/** Nobody else's mail fares better or worse by these: trying again would be refused again. */
const finalKinds: ReadonlySet<MailErrorKind> = new Set(['recipient-refused', 'message-refused'])

/** A mail that was not delivered. */
export class MailError extends Error {
  readonly kind: MailErrorKind

  constructor(kind: MailErrorKind, options?: ErrorOptions) {
    super(`mail was not delivered: ${kind}`, options)
    this.name = 'MailError'
    this.kind = kind
  }

  /** Whether it says nothing about other people's mail: this one alone is worth another attempt. */
  get isOfRecipient(): boolean {
    return this.kind === 'refused-for-now'
  }

  /** Whether another attempt is in vain. */
  get isFinal(): boolean {
    return finalKinds.has(this.kind)
  }
}

const kindsByCode: Readonly<Record<string, MailErrorKind>> = {
  EAUTH: 'authentication',
  ENOAUTH: 'authentication',
  EOAUTH2: 'authentication',
  ECONNECTION: 'unreachable',
  EDNS: 'unreachable',
  EPROXY: 'unreachable',
  ESOCKET: 'unreachable',
  EREQUIRETLS: 'tls',
  ETLS: 'tls',
  ETIMEDOUT: 'timeout',
}

/** What nodemailer throws, in our words. */
export function toMailError(error: unknown): MailError {
  return new MailError(kindOf(error), { cause: error })
}

function kindOf(error: unknown): MailErrorKind {
  if (!(error instanceof Error)) return 'unknown'
  const code = String(Reflect.get(error, 'code'))
  if (code !== 'EENVELOPE' && code !== 'EMESSAGE') return kindsByCode[code] ?? 'unknown'
  const answer = Reflect.get(error, 'responseCode')
  const command = Reflect.get(error, 'command')
  // RFC 5321 §3.8: with 421 the server closes, whoever the mail was for.
  if (answer === 421) return 'unreachable'
  // RFC 5321 §4.2.1: 4yz may be tried again, 5yz not.
  if (typeof answer === 'number' && answer < 500 && command !== 'MAIL FROM') {
    return 'refused-for-now'
  }
  switch (command) {
    case 'MAIL FROM':
      return 'sender-refused'
    case 'DATA':
      return 'message-refused'
    default:
      return 'recipient-refused'
  }
}
