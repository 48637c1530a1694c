import { expect, test } from 'vitest'

import { gathered } from './gathered.ts'

interface Work {
  questions: readonly number[]
  finish: (answers?: readonly string[]) => void
  fail: (error: Error) => void
}

function createWork(): {
  turns: Work[]
  ask: (question: number) => Promise<string>
} {
  const turns: Work[] = []
  const ask = gathered<number, string>({
    keyOf: (question) => (question < 1_000 ? 'small' : 'large'),
    most: 100,
    work: (asked) =>
      new Promise((resolve, reject) => {
        const answers = asked.map((question) => `answer to ${question}`)
        turns.push({ questions: asked, finish: () => resolve(answers), fail: reject })
      }),
  })
  return { turns, ask }
}

const turnsOf = (turns: readonly Work[]): readonly number[][] =>
  turns.map(({ questions }) => [...questions])

test('questions of one turn are answered together, each with its own answer', async () => {
  const { turns, ask } = createWork()
  const answers = Promise.all([1, 2, 3].map((question) => ask(question)))
  await expect.poll(() => turnsOf(turns)).toEqual([[1, 2, 3]])
  turns[0]?.finish()
  expect(await answers).toEqual(['answer to 1', 'answer to 2', 'answer to 3'])
})

test('what is asked while others are answered is looked up after it came, two at a time', async () => {
  const { turns, ask } = createWork()
  const first = ask(1)
  await expect.poll(() => turns.length).toBe(1)
  const second = ask(2)
  await expect.poll(() => turns.length).toBe(2)
  const others = Promise.all([3, 4].map((question) => ask(question)))
  turns[0]?.finish()
  expect(await first).toBe('answer to 1')
  await expect.poll(() => turnsOf(turns)).toEqual([[1], [2], [3, 4]])
  turns[2]?.finish()
  turns[1]?.finish()
  expect([await second, ...(await others)]).toEqual(['answer to 2', 'answer to 3', 'answer to 4'])
})

test('a failure is told to those whom it concerns, and the next are answered', async () => {
  const { turns, ask } = createWork()
  const failing = Promise.allSettled([ask(1), ask(2)])
  await expect.poll(() => turns.length).toBe(1)
  turns[0]?.fail(new Error('the database went away'))
  expect(await failing).toMatchObject([
    { status: 'rejected', reason: { message: 'the database went away' } },
    { status: 'rejected', reason: { message: 'the database went away' } },
  ])
  const next = ask(3)
  await expect.poll(() => turns.length).toBe(2)
  turns[1]?.finish()
  expect(await next).toBe('answer to 3')
})

test('so many are answered at once, and no more', async () => {
  const { turns, ask } = createWork()
  const all = Array.from({ length: 250 }, (_, question) => question)
  const answers = Promise.all(all.map((question) => ask(question)))
  let finished = 0
  await expect
    .poll(() => {
      while (finished < turns.length) turns[finished++]?.finish()
      return turns.flatMap(({ questions: asked }) => [...asked])
    })
    .toEqual(all)
  expect(Math.max(...turns.map(({ questions: asked }) => asked.length))).toBe(100)
  expect(await answers).toEqual(all.map((question) => `answer to ${question}`))
})

test('only alike questions are answered together', async () => {
  const { turns, ask } = createWork()
  const answers = Promise.all([1, 1_001, 2, 1_002].map((question) => ask(question)))
  await expect
    .poll(() => turnsOf(turns))
    .toEqual([
      [1, 2],
      [1_001, 1_002],
    ])
  for (const turn of turns) turn.finish()
  expect(await answers).toEqual(['answer to 1', 'answer to 1001', 'answer to 2', 'answer to 1002'])
})
