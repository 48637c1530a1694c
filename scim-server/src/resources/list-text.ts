import type { ListResponse } from '../protocol/list-response.ts'
import type { Resource } from '../protocol/resource.ts'
import type { JsonText } from './resource-call.ts'

/** How much of a page is printed before others have a turn. */
const maxCharactersAtOnce = 1_000_000

/** Prints a page of a list; one of large resources comes in pieces. */
export function listToJson({ Resources, ...head }: ListResponse<Resource>): JsonText {
  const opening = `${JSON.stringify(head).slice(0, -1)},"Resources":[`
  const texts: string[] = []
  let characters = 0
  for (const resource of Resources) {
    if (characters > maxCharactersAtOnce) {
      return inPieces(opening + texts.join(','), Resources.slice(texts.length))
    }
    const text = JSON.stringify(resource)
    texts.push(text)
    characters += text.length
  }
  return `${opening}${texts.join(',')}]}`
}

async function* inPieces(
  beginning: string,
  rest: readonly Resource[],
): AsyncGenerator<string, void> {
  yield beginning
  for (const resource of rest) yield `,${JSON.stringify(resource)}`
  yield ']}'
}
