/** What we use of samlp, which has no types of its own. */
declare module 'samlp' {
  import type { Request } from 'express'

  const samlp: {
    /** Checks the signature by `signingCert`, and answers nothing for a request without a message. */
    parseRequest: (
      request: Request,
      options: Record<string, unknown>,
      done: (error: unknown, message?: { id?: string }) => void,
    ) => void
    getSamlResponse: (
      options: Record<string, unknown>,
      user: Record<string, unknown>,
      done: (error: unknown, xml?: string) => void,
    ) => void
  }
  export default samlp
}
