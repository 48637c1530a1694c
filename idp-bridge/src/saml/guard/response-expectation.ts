/** Whom a response must be from and for, and when. */
export interface ResponseExpectation {
  idpEntityId: string
  spEntityId: string
  acsUrl: string
  now: Date
  skewMs: number
  /** How long after it was issued an assertion may be used, whatever it says itself. */
  maxAgeMs: number
}
