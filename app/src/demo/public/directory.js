// @ts-check

/**
 * Makes the directory's forms work without leaving the page: a button posts, the answer is the same page
 * again, and what changed of it is taken over. Without this script everything works by full page loads.
 */

const parser = new DOMParser()

for (const input of document.querySelectorAll('input[type="search"]')) {
  input.addEventListener('input', filterPeople)
}

document.addEventListener('submit', (event) => {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || !('action' in form.dataset)) return
  event.preventDefault()
  void submit(form, event.submitter)
})

for (const form of document.querySelectorAll('form')) if ('forward' in form.dataset) form.submit()

const log = document.getElementById('log')
if (log?.dataset['stream'] !== undefined) {
  const stream = new EventSource(log.dataset['stream'])
  stream.addEventListener('exchange', (event) => {
    const { markup } = JSON.parse(event.data)
    // Escaped by the server, like every page.
    const entry = parser.parseFromString(markup, 'text/html').querySelector('li')
    if (entry === null || findEntry(log, entry) !== null) return
    entry.classList.add('arrived')
    log.prepend(entry)
  })
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
async function submit(form, submitter) {
  if (form.getAttribute('aria-busy') === 'true') return
  form.setAttribute('aria-busy', 'true')
  const fields = new FormData(form, submitter)
  const body = new URLSearchParams()
  for (const [name, value] of fields) if (typeof value === 'string') body.append(name, value)
  try {
    const response = await fetch(form.action, { method: 'POST', body })
    if (!response.ok) throw new Error(String(response.status))
    takeOver(parser.parseFromString(await response.text(), 'text/html'))
  } catch {
    // The page says what is the matter better than we could.
    location.reload()
  } finally {
    form.removeAttribute('aria-busy')
  }
}

/** @param {Document} next */
function takeOver(next) {
  for (const id of ['notice', 'count']) {
    const [present, replacement] = [document.getElementById(id), next.getElementById(id)]
    if (present !== null && replacement !== null) {
      present.replaceChildren(...replacement.childNodes)
    }
  }
  takeOverRows(next)
  const nextLog = next.getElementById('log')
  if (log !== null && nextLog !== null) {
    const newest = log.firstChild
    for (const entry of nextLog.querySelectorAll('li')) {
      if (findEntry(log, entry) === null) log.insertBefore(entry, newest)
    }
  }
  filterPeople()
}

/**
 * Replaces only the rows that differ, so that focus and scroll position stay where they were.
 * @param {Document} next
 */
function takeOverRows(next) {
  const body = document.querySelector('#people tbody')
  if (body === null) return
  const present = new Map(
    [...body.querySelectorAll('tr')].map((row) => [row.dataset['person'], row]),
  )
  /** @type {Element | null} */
  let previous = null
  for (const row of next.querySelectorAll('#people tbody tr')) {
    if (!(row instanceof HTMLElement)) continue
    const old = present.get(row.dataset['person'])
    present.delete(row.dataset['person'])
    if (old !== undefined && sameMarkup(old, row)) {
      previous = old
      continue
    }
    row.classList.add('fresh')
    const focused = old?.contains(document.activeElement) === true
    if (old !== undefined) old.replaceWith(row)
    else if (previous === null) body.prepend(row)
    else previous.after(row)
    if (focused) row.querySelector('button')?.focus()
    previous = row
  }
  for (const gone of present.values()) {
    if (gone.contains(document.activeElement)) document.getElementById('search')?.focus()
    gone.remove()
  }
}

/**
 * @param {Element} a
 * @param {Element} b
 */
function sameMarkup(a, b) {
  return plainMarkup(a) === plainMarkup(b)
}

/**
 * Without what this script itself put there.
 * @param {Element} row
 */
function plainMarkup(row) {
  const copy = /** @type {HTMLElement} */ (row.cloneNode(true))
  copy.classList.remove('fresh')
  for (const form of copy.querySelectorAll('form')) form.removeAttribute('aria-busy')
  return copy.innerHTML + copy.className
}

/**
 * @param {Element} list
 * @param {Element} entry
 */
function findEntry(list, entry) {
  return list.querySelector(`[data-exchange="${entry.getAttribute('data-exchange')}"]`)
}

function filterPeople() {
  const input = document.getElementById('search')
  if (!(input instanceof HTMLInputElement)) return
  const wanted = fold(input.value)
  for (const element of document.querySelectorAll('[data-person]')) {
    if (element instanceof HTMLElement) {
      element.hidden = !fold(element.textContent ?? '').includes(wanted)
    }
  }
}

/** @param {string} text */
function fold(text) {
  return text
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase()
    .trim()
}
