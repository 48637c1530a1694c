/** How a company's directory behaves towards a SCIM server. */
type DirectoryKind = 'okta' | 'entra'

export type CompanySlug = 'acme' | 'globex'

/** Somebody who works at a company, before the directory knows them. */
export interface Employee {
  givenName: string
  familyName: string
  title: string
  groups: readonly string[]
  /** False for somebody who has left but is kept in the directory. */
  active: boolean
}

/** What a directory group gives in the workspace; without one it gives nothing. */
interface GroupRule {
  role: string
  departments?: string[]
  channels?: string[]
  supervisor?: boolean
}

interface CompanyGroup {
  name: string
  rule?: GroupRule
}

/** One of the two customers of the demo's inbox, with everything that is known before the first start. */
export interface Company {
  slug: CompanySlug
  name: string
  preset: 'respond' | 'whaticket'
  locale: 'es' | 'pt-BR'
  timeZone: string
  emailDomain: string
  directory: DirectoryKind
  /** Works in the workspace without being in the directory. */
  owner: { email: string; displayName: string }
  departments: string[]
  channels: { key: string; name: string }[]
  groups: readonly CompanyGroup[]
  /** Where the big button hires into. */
  hiringGroup: string
  employees: readonly Employee[]
  /** Who is hired, in this order. */
  candidates: readonly Employee[]
}

/** Given name, family name, job title. */
export type EmployeeLine = readonly [string, string, string]

/** People of one group, as lines that read like a list. */
export function employeesOf(
  groups: string | readonly string[],
  lines: readonly EmployeeLine[],
  active = true,
): Employee[] {
  return lines.map(([givenName, familyName, title]) => ({
    givenName,
    familyName,
    title,
    groups: typeof groups === 'string' ? [groups] : groups,
    active,
  }))
}

/** `ana.gutierrez@acme.example`: first given and first family name without accents. */
export function companyEmail(company: Company, employee: Employee): string {
  return `${plainName(employee.givenName)}.${plainName(employee.familyName)}@${company.emailDomain}`
}

function plainName(name: string): string {
  const [first = ''] = name.split(' ')
  return first
    .normalize('NFD')
    .replaceAll(/[^A-Za-z]/g, '')
    .toLowerCase()
}
