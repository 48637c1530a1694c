// @ts-check

/** Shows new mail as it arrives, while somebody looks at the page. */

const lookEveryMs = 2000

setInterval(() => {
  if (!document.hidden) void look()
}, lookEveryMs)

async function look() {
  const list = document.getElementById('mails')
  if (list === null) return
  try {
    const response = await fetch('/mailbox/latest')
    const { id } = await response.json()
    if (id === list.dataset['latest']) return
    const page = await (await fetch(location.pathname)).text()
    const next = new DOMParser().parseFromString(page, 'text/html')
    const [mails, nextMails] = [document.querySelector('.mails'), next.querySelector('.mails')]
    if (mails === null || nextMails === null) return
    const focused = document.activeElement?.closest('[data-mail]')?.getAttribute('data-mail')
    mails.replaceChildren(...nextMails.childNodes)
    const link = mails.querySelector(`[data-mail="${focused}"] a`)
    if (link instanceof HTMLElement) link.focus()
  } catch {
    // The server is restarting; the next look will tell.
  }
}
