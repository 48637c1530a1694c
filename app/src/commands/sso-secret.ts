import { ProblemError } from '../problem.ts'

/** A secret out of the environment; throws an `invalid-request` that names the variable. */
export function requireSecret(variable: string): string {
  const secret = process.env[variable]
  if (secret !== undefined && secret !== '') return secret
  throw new ProblemError('invalid-request', `Set the environment variable ${variable}.`)
}
