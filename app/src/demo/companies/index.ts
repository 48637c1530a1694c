import { acme } from './acme.ts'
import type { Company } from './company.ts'
import { globex } from './globex.ts'

/** The demo inbox's two customers, in the order in which they are shown. */
export const companies: readonly Company[] = [acme, globex]

export function findCompany(slug: unknown): Company | undefined {
  return companies.find((company) => company.slug === slug)
}
