/** What we use of samlp, which has no types of its own. */
declare module 'samlp' {
  import type { RequestHandler } from 'express'

  const samlp: { auth: (options: Record<string, unknown>) => RequestHandler }
  export default samlp
}
