import { describe, expect, it } from 'vitest'

import { companyEmail } from './company.ts'
import { companies } from './index.ts'

describe('the demo companies', () => {
  it('have sixty people between them', () => {
    expect(companies.map(({ employees }) => employees.length)).toEqual([38, 22])
  })

  describe.each(companies)('$slug', (company) => {
    it('gives everybody an address of their own', () => {
      const everybody = [...company.employees, ...company.candidates]
      const emails = everybody.map((employee) => companyEmail(company, employee))
      expect(new Set(emails).size).toBe(emails.length)
      expect(emails.filter((email) => !/^[a-z]+\.[a-z]+@[a-z]+\.example$/.test(email))).toEqual([])
    })

    it('puts everybody into groups that exist', () => {
      const names = new Set(company.groups.map(({ name }) => name))
      const used = company.employees.flatMap(({ groups }) => groups)
      expect(used.filter((group) => !names.has(group))).toEqual([])
      expect(names).toContain(company.hiringGroup)
    })

    it('maps groups to departments and channels that the workspace has', () => {
      const keys = company.channels.map(({ key }) => key)
      for (const { rule } of company.groups) {
        expect(company.departments).toEqual(expect.arrayContaining(rule?.departments ?? []))
        expect(keys).toEqual(expect.arrayContaining(rule?.channels ?? []))
      }
    })
  })
})
