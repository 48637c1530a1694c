import { html, type TemplateResult } from 'lit'

import type { OwnershipTransfer, TransferPerson } from '../../contract/index.ts'
import type { AccountMessages } from '../../i18n/account/account-messages.ts'
import { button } from '../parts/controls.ts'

/** The transfers that wait for somebody: who has confirmed, until when, and how to cancel. */
export function ownershipTransfers(
  transfers: readonly OwnershipTransfer[],
  words: AccountMessages,
  dateAndTime: (time: Date) => string,
  onCancel: ((transfer: OwnershipTransfer) => unknown) | undefined,
): TemplateResult[] {
  const status = ({ displayName, hasConfirmed, delivery }: TransferPerson): TemplateResult =>
    html`<span class=${!hasConfirmed && delivery.state === 'failed' ? 'error' : 'hint'}
      ><bdi>${displayName}</bdi>:
      ${
        hasConfirmed
          ? words.confirmed
          : delivery.state === 'failed'
            ? words.mailFailed
            : words.notConfirmed
      }</span
    >`
  return transfers.map(
    (transfer) =>
      html`<li class="card" part="row">
        <span class="title"
          >${words.waiting(transfer.from.displayName, transfer.to.displayName)}</span
        >
        <time class="hint" datetime=${transfer.expiresAt}
          >⏱ ${dateAndTime(new Date(transfer.expiresAt))}</time
        >
        <span class="line">${status(transfer.from)} ${status(transfer.to)}</span>
        <span class="line"
          >${onCancel && button(words.cancelTransfer, () => onCancel(transfer))}</span
        >
      </li>`,
  )
}
