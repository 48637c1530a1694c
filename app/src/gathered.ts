import { setImmediate } from 'node:timers/promises'

/** How many questions one answer is made for. */
const most = 100
/** While the database works on some, we send others what it said of the last. */
const underWay = 2

/** Questions that are answered together. */
export interface Gathered<Question, Answer> {
  ask: (question: Question) => Promise<Answer>
  /** Whether nobody waits for an answer. */
  isIdle: () => boolean
}

interface Waiting<Question, Answer> {
  question: Question
  resolve: (answer: Answer) => void
  reject: (error: unknown) => void
}

/**
 * Answers alike questions together: those that come in the same turn, and while enough others are being answered. Each is
 * answered by work that begins after it came. `work` answers in the order of the questions.
 */
export function gathered<Question, Answer>(
  work: (questions: readonly Question[]) => Promise<readonly Answer[]>,
): Gathered<Question, Answer> {
  const waiting: Waiting<Question, Answer>[] = []
  let running = 0

  async function run(): Promise<void> {
    running += 1
    await setImmediate()
    while (waiting.length > 0) {
      const turn = waiting.splice(0, most)
      try {
        const answers = await work(turn.map(({ question }) => question))
        for (const [index, { resolve }] of turn.entries()) resolve(answers[index] as Answer)
      } catch (error) {
        for (const { reject } of turn) reject(error)
      }
    }
    running -= 1
  }

  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        waiting.push({ question, resolve, reject })
        if (running < underWay) void run()
      }),
    isIdle: () => running === 0,
  }
}
