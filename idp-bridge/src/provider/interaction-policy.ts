import { interactionPolicy } from 'oidc-provider'

import { hostIdMetadata } from './client-adapter.ts'
import type { MemberAccount } from './member-account.ts'

const { Check, base } = interactionPolicy

/** When a person has to be asked to sign in. Consent is never asked: every client is a host's own. */
export function createInteractionPolicy(): interactionPolicy.DefaultPolicy {
  const policy = base()
  policy.get('login')?.checks.add(
    new Check(
      'member_of_workspace',
      'The signed-in member may no longer come in, or belongs to another workspace or host',
      'login_required',
      ({ oidc }) => {
        if (oidc.session?.accountId === undefined) return Check.NO_NEED_TO_PROMPT
        const account = oidc.account as MemberAccount | undefined
        // Without this, the rest of the policy would look at the grant of an account that is gone.
        if (account === undefined) return Check.REQUEST_PROMPT
        if (account.hostId !== oidc.client?.[hostIdMetadata]) return Check.REQUEST_PROMPT
        const requested = oidc.params?.['workspace']
        if (requested === undefined) return Check.NO_NEED_TO_PROMPT
        const { id, slug } = account.workspace
        return requested === id || requested === slug
          ? Check.NO_NEED_TO_PROMPT
          : Check.REQUEST_PROMPT
      },
    ),
  )
  return policy
}
