import { setImmediate } from 'node:timers/promises'

/** While the database works on some, we send others what it said of the last. */
const underWay = 2

interface Waiting<Question, Answer> {
  question: Question
  resolve: (answer: Answer) => void
  reject: (error: unknown) => void
}

/** How alike questions are answered together. */
export interface Gathering<Question, Answer> {
  /** Questions of one key are alike. */
  keyOf: (question: Question) => string
  /** How many are answered together. */
  most: number
  /** Answers alike questions, in their order. */
  work: (questions: readonly [Question, ...Question[]]) => Promise<readonly Answer[]>
}

/**
 * Answers alike questions together: those that come in the same turn, and while enough others are being answered. Each is
 * answered by work that begins after it came.
 */
export function gathered<Question, Answer>({
  keyOf,
  most,
  work,
}: Gathering<Question, Answer>): (question: Question) => Promise<Answer> {
  /** Keys that nobody asks about are not kept. */
  const queues = new Map<string, { waiting: Waiting<Question, Answer>[]; running: number }>()

  async function run(key: string): Promise<void> {
    const queue = queues.get(key)
    if (queue === undefined) return
    queue.running += 1
    await setImmediate()
    for (;;) {
      const [first, ...others] = queue.waiting.splice(0, most)
      if (first === undefined) break
      await answer([first, ...others])
    }
    queue.running -= 1
    if (queue.running === 0) queues.delete(key)
  }

  async function answer(
    turn: readonly [Waiting<Question, Answer>, ...Waiting<Question, Answer>[]],
  ): Promise<void> {
    const [first, ...others] = turn
    try {
      const answers = await work([first.question, ...others.map(({ question }) => question)])
      for (const [index, { resolve }] of turn.entries()) resolve(answers[index] as Answer)
    } catch (error) {
      for (const { reject } of turn) reject(error)
    }
  }

  return (question) =>
    new Promise((resolve, reject) => {
      const key = keyOf(question)
      const queue = queues.get(key) ?? { waiting: [], running: 0 }
      queues.set(key, queue)
      queue.waiting.push({ question, resolve, reject })
      if (queue.running < underWay) void run(key)
    })
}
