import { expect, test } from 'vitest'

import { gathered } from './gathered.ts'

interface Work {
  questions: readonly number[]
  finish: (answers?: readonly string[]) => void
  fail: (error: Error) => void
}

function createWork(): {
  turns: Work[]
  questions: ReturnType<typeof gathered<number, string>>
} {
  const turns: Work[] = []
  const questions = gathered<number, string>(
    (asked) =>
      new Promise((resolve, reject) => {
        const answers = asked.map((question) => `answer to ${question}`)
        turns.push({ questions: asked, finish: () => resolve(answers), fail: reject })
      }),
  )
  return { turns, questions }
}

const turnsOf = (turns: readonly Work[]): readonly number[][] =>
  turns.map(({ questions }) => [...questions])

test('questions of one turn are answered together, each with its own answer', async () => {
  const { turns, questions } = createWork()
  const answers = Promise.all([1, 2, 3].map((question) => questions.ask(question)))
  await expect.poll(() => turnsOf(turns)).toEqual([[1, 2, 3]])
  turns[0]?.finish()
  expect(await answers).toEqual(['answer to 1', 'answer to 2', 'answer to 3'])
  expect(questions.isIdle()).toBe(true)
})

test('what is asked while others are answered is looked up after it came, two at a time', async () => {
  const { turns, questions } = createWork()
  const first = questions.ask(1)
  await expect.poll(() => turns.length).toBe(1)
  const second = questions.ask(2)
  await expect.poll(() => turns.length).toBe(2)
  const others = Promise.all([3, 4].map((question) => questions.ask(question)))
  turns[0]?.finish()
  expect(await first).toBe('answer to 1')
  await expect.poll(() => turnsOf(turns)).toEqual([[1], [2], [3, 4]])
  turns[2]?.finish()
  turns[1]?.finish()
  expect([await second, ...(await others)]).toEqual(['answer to 2', 'answer to 3', 'answer to 4'])
})

test('a failure is told to those whom it concerns, and the next are answered', async () => {
  const { turns, questions } = createWork()
  const failing = Promise.allSettled([questions.ask(1), questions.ask(2)])
  await expect.poll(() => turns.length).toBe(1)
  turns[0]?.fail(new Error('the database went away'))
  expect(await failing).toMatchObject([
    { status: 'rejected', reason: { message: 'the database went away' } },
    { status: 'rejected', reason: { message: 'the database went away' } },
  ])
  const next = questions.ask(3)
  await expect.poll(() => turns.length).toBe(2)
  turns[1]?.finish()
  expect(await next).toBe('answer to 3')
})

test('a hundred are answered at once, and no more', async () => {
  const { turns, questions } = createWork()
  const all = Array.from({ length: 250 }, (_, question) => question)
  const answers = Promise.all(all.map((question) => questions.ask(question)))
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
