import { describe, expect, test } from 'vitest'

import { parseListQuery, parseSearchRequest, searchRequestSchema } from './list-query.ts'
import { createListResponse } from './list-response.ts'
import { ScimError } from './scim-error.ts'

const limits = { defaultCount: 100, maxCount: 200 }

function page(parameters: Record<string, unknown>): unknown {
  try {
    return parseListQuery(parameters, limits).page
  } catch (error) {
    if (error instanceof ScimError) return error.scimType
    throw error
  }
}

describe('RFC7644-3.4.2.4 pages', () => {
  test.each([
    [{}, 1, 100],
    [{ startIndex: '0', count: '5' }, 1, 5],
    [{ startIndex: '-3', count: '-1' }, 1, 0],
    [{ startIndex: '7', count: '0' }, 7, 0],
    [{ startIndex: 7, count: 100_000 }, 7, 200],
    [{ startIndex: '99999999999999999999' }, Number.MAX_SAFE_INTEGER, 100],
  ])('%j is a page', (parameters, startIndex, count) => {
    expect(page(parameters)).toEqual({ kind: 'index', startIndex, count })
  })

  test.each([
    [{ startIndex: 'one' }, 'invalidValue'],
    [{ count: '1.5' }, 'invalidValue'],
    [{ count: ['1', '2'] }, 'invalidValue'],
    [{ count: '' }, 'invalidValue'],
    [{ cursor: '', startIndex: '1' }, 'invalidValue'],
    [{ cursor: '', count: '201' }, 'invalidCount'],
    [{ cursor: '', count: '-1' }, 'invalidCount'],
    [{ cursor: ['a', 'b'] }, 'invalidCursor'],
  ])('%j is refused with %s', (parameters, expected) => {
    expect(page(parameters)).toBe(expected)
  })

  test('RFC9865-2 a cursor, even an empty one, selects pages by cursor', () => {
    expect(page({ cursor: '' })).toMatchObject({ kind: 'cursor', cursor: '', count: undefined })
    expect(page({ cursor: 'x', count: '7' })).toMatchObject({ cursor: 'x', count: 7 })
  })
})

describe('RFC7644-3.4.2 parameters', () => {
  test('unknown parameters are ignored, an empty or repeated filter is refused', () => {
    expect(parseListQuery({ aadOptscim062020: '', filter: 'a pr' }, limits).filter).toBe('a pr')
    expect(() => parseListQuery({ filter: ' ' }, limits)).toThrow(ScimError)
    expect(() => parseListQuery({ filter: ['a pr', 'b pr'] }, limits)).toThrow(ScimError)
  })

  test('sorting is ascending unless told otherwise', () => {
    expect(parseListQuery({ sortBy: 'userName' }, limits).sort).toEqual({
      by: 'userName',
      order: 'ascending',
    })
    expect(parseListQuery({ sortBy: 'a', sortOrder: 'Descending' }, limits).sort?.order).toBe(
      'descending',
    )
    expect(() => parseListQuery({ sortBy: 'a', sortOrder: 'up' }, limits)).toThrow(ScimError)
  })

  test('RFC7644-3.4.3 a search body needs its schema and means the same', () => {
    const body = {
      schemas: [searchRequestSchema],
      attributes: ['id', 'userName'],
      startIndex: 2,
      count: 3,
    }
    expect(parseSearchRequest(body, limits)).toMatchObject({
      page: { startIndex: 2, count: 3 },
      projection: { kind: 'only', names: ['id', 'userName'] },
    })
    expect(() => parseSearchRequest({ ...body, schemas: [] }, limits)).toThrow(ScimError)
    expect(() => parseSearchRequest([], limits)).toThrow(ScimError)
  })
})

describe('RFC7644-3.4.2 answers', () => {
  test('Resources is there even when empty', () => {
    expect(createListResponse([], 12, { kind: 'index', startIndex: 99 })).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 12,
      itemsPerPage: 0,
      startIndex: 99,
      Resources: [],
    })
  })

  test('RFC9865-2 a page by cursor has no startIndex, the last one no nextCursor', () => {
    const last = createListResponse(['x'], 1, {
      kind: 'cursor',
      previousCursor: 'p',
      nextCursor: undefined,
    })
    expect(Object.keys(last)).toEqual([
      'schemas',
      'totalResults',
      'itemsPerPage',
      'previousCursor',
      'Resources',
    ])
  })
})
