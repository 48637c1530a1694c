import { patchSteps } from '../protocol/patch-apply.ts'
import type { EngineResult } from '../protocol/row-operation.ts'

/** The outcome of a PATCH, for tests that let nobody else have a turn meanwhile. */
export function patchAtOnce(...given: Parameters<typeof patchSteps>): EngineResult {
  const steps = patchSteps(...given)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
