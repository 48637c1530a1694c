import { type InvitedPerson, parseAddressList, type PersonDraft, TeamError } from '@plantel/team'

import { errorToProblem, type RefusedPerson } from '../problem.ts'

/** Somebody to invite; `line` where they stand in a pasted text. */
export interface Invitee {
  draft: PersonDraft
  line: number | null
}

/** What an invitation of many answers. */
export interface InvitationAnswer {
  invited: {
    email: string
    line: number | null
    memberId: string
    invitationId: string
    cameBack: boolean
  }[]
  refused: RefusedPerson[]
}

/** The people of a request, whichever way they are given; what the text has beside addresses is a mistake. */
export function readInvitees(request: {
  people?: readonly PersonDraft[]
  addresses?: string
  everyone?: Partial<PersonDraft>
}): { drafts: Invitee[]; mistakes: RefusedPerson[] } {
  const { people = [], addresses = '', everyone = {} } = request
  const drafts = people.map((draft): Invitee => ({ draft: { ...everyone, ...draft }, line: null }))
  const mistakes: RefusedPerson[] = []
  for (const entry of parseAddressList(addresses)) {
    const { line } = entry
    if (entry.kind === 'mistake') mistakes.push(refuse(entry.text, line, 'email-invalid', null))
    else {
      const { email, name } = entry
      const draft = { ...everyone, email, ...(name === null ? {} : { displayName: name }) }
      drafts.push({ draft, line })
    }
  }
  return { drafts, mistakes }
}

/** Who is invited and who is not, each with where they stood. */
export function answerOf(
  drafts: readonly Invitee[],
  people: readonly InvitedPerson[],
  mistakes: readonly RefusedPerson[],
): InvitationAnswer {
  const answer: InvitationAnswer = { invited: [], refused: [...mistakes] }
  for (const [index, person] of people.entries()) {
    const line = drafts[index]?.line ?? null
    if (person.outcome === 'invited') {
      const { email, memberId, invitationId, cameBack } = person
      answer.invited.push({ email, line, memberId, invitationId, cameBack })
    } else {
      answer.refused.push(refuse(person.email, line, person.code, person.subject))
    }
  }
  return answer
}

function refuse(
  email: string,
  line: number | null,
  reason: RefusedPerson['reason'],
  subject: string | null,
): RefusedPerson {
  const { detail } = errorToProblem(new TeamError(reason, subject ?? undefined), '')
  return { email, line, reason, subject, detail }
}
