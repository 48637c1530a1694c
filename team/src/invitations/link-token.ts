import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** What a link is about: a row, and which of its links. */
export interface LinkSubject {
  id: string
  /** From 1; a row's links differ by it. */
  number: number
}

/** Links that are computed whenever they are needed, so that no table, event or log ever holds one. */
export interface LinkTokens {
  issue(subject: LinkSubject): string
  /** Undefined for a text that this installation did not issue for this purpose. */
  read(token: string): LinkSubject | undefined
}

const subjectBytes = 20
/** RFC 2104 §5: half of SHA-256 is enough. */
const macBytes = 16

/**
 * Sixteen bytes of id, four of number and an HMAC over them, under a key that HKDF (RFC 5869) derives from the
 * installation's secret for this purpose. As hexadecimal digits: no mail program breaks them or leaves the last one out.
 */
export function createLinkTokens(secret: string, purpose: string): LinkTokens {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `plantel link\0${purpose}`, 32))
  const macOf = (subject: Buffer): Buffer =>
    createHmac('sha256', key).update(subject).digest().subarray(0, macBytes)

  return {
    issue({ id, number }) {
      const subject = Buffer.alloc(subjectBytes)
      subject.write(id.replaceAll('-', ''), 'hex')
      subject.writeUInt32BE(number, 16)
      return Buffer.concat([subject, macOf(subject)]).toString('hex')
    },
    read(token) {
      if (!/^[0-9a-f]{72}$/.test(token)) return undefined
      const bytes = Buffer.from(token, 'hex')
      const subject = bytes.subarray(0, subjectBytes)
      if (!timingSafeEqual(bytes.subarray(subjectBytes), macOf(subject))) return undefined
      const id = subject.toString('hex', 0, 16)
      return {
        id: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
        number: subject.readUInt32BE(16),
      }
    },
  }
}
