import type { ImportRow } from '@plantel/team'
import { describe, expect, it } from 'vitest'

import { readPeople } from './read-people.ts'

async function rowsOf(text: string): Promise<ImportRow[]> {
  const rows: ImportRow[] = []
  for await (const batch of (await readPeople(text)).batches()) rows.push(...batch)
  return rows
}

describe('a table of people', () => {
  it.each([
    ['commas', 'Name,Email\nAna,ana@acme.example\n'],
    ['semicolons', 'Name;Email\r\nAna;ana@acme.example\r\n'],
    ['tabs', 'Name\tEmail\nAna\tana@acme.example'],
    ['a byte order mark', '\uFEFFName,Email\nAna,ana@acme.example\n'],
    ['Spanish headers', 'Nombre;Correo electrónico\nAna;ana@acme.example\n'],
    ['Portuguese headers', 'Nome;E-mail\nAna;ana@acme.example\n'],
    ['headers in capitals and without accents', 'NOMBRE,CORREO ELECTRONICO\nAna,ana@acme.example'],
    ['a blank line before the header is none', 'Name,Email\nAna,ana@acme.example\n,\n\n'],
  ])('is read with %s', async (_title, text) => {
    expect(await rowsOf(text)).toEqual([
      { number: 2, cells: { name: 'Ana', email: 'ana@acme.example' } },
    ])
  })

  it('keeps quotes, delimiters and lines inside of cells, and counts rows as a spreadsheet does', async () => {
    const text = 'Email,Job title\n\na@b.example,"Lead, ""north""\nand south"\nc@d.example,\n'
    expect(await rowsOf(text)).toEqual([
      { number: 3, cells: { email: 'a@b.example', jobTitle: 'Lead, "north"\nand south' } },
      { number: 4, cells: { email: 'c@d.example' } },
    ])
  })

  it('is refused where it is no list of people: too wide or too long', async () => {
    await expect(rowsOf(`Email${','.repeat(100)}\na@b.example`)).rejects.toMatchObject({
      extras: { reason: 'csv-too-wide' },
    })
    await expect(rowsOf(`Email\n${'a\n'.repeat(100_001)}`)).rejects.toMatchObject({
      extras: { reason: 'csv-too-long' },
    })
    expect(await rowsOf(`Email\n${'a\n'.repeat(100_000)}`)).toHaveLength(100_000)
  })

  it('lets others have their turn while it is read', async () => {
    let turns = 0
    const timer = setInterval(() => (turns += 1), 1)
    await rowsOf(`Email\n${'a\n'.repeat(50_000)}`)
    clearInterval(timer)
    expect(turns).toBeGreaterThan(5)
  })

  it('takes back the apostrophe that an export wrote before what looks like a formula', async () => {
    const rows = await rowsOf("Email,Phone,Name\na@b.example,'+34 600,'tis Ana\n")
    expect(rows).toMatchObject([{ cells: { phone: '+34 600', name: "'tis Ana" } }])
  })

  it('reads departments as people write them, and passes over columns that mean nothing', async () => {
    const table = await readPeople('Email,Team,Shoe size,ID\na@b.example,Sales | Support,44,7\n')
    expect(table.ignoredColumns).toEqual(['Shoe size', 'ID'])
    expect(await rowsOf('Email,Team\na@b.example,Sales | Support\n')).toMatchObject([
      { cells: { departments: 'Sales | Support' } },
    ])
  })

  it('keeps a row that has more cells than the header as one that can not be read', async () => {
    expect(await rowsOf('Email,Name\na@b.example,Ana,too much\nc@d.example\n')).toEqual([
      { number: 2, problem: 'row-malformed' },
      { number: 3, cells: { email: 'c@d.example' } },
    ])
  })

  it.each([
    ['csv-empty', ''],
    ['csv-empty', '\n \n'],
    ['email-column-missing', 'Name,Phone\nAna,1\n'],
    ['column-repeated', 'Email,E-mail\na@b.example,c@d.example\n'],
    ['csv-unreadable', `Email,Name\na@b.example,"never closed\n${'x\n'.repeat(60_000)}`],
  ])('is refused as a whole: %s', async (reason, text) => {
    await expect(rowsOf(text)).rejects.toMatchObject({ extras: { reason } })
  })
})
