// @ts-check

/** Adds what Plantel tells the inbox to the page, and leaves it when the person's session has ended. */

const told = document.getElementById('told')
const source = told?.dataset['stream']

if (told !== null && source !== undefined) {
  const stream = new EventSource(source)
  stream.addEventListener('activity', (event) => {
    const { id, at, text } = JSON.parse(event.data)
    if (told.querySelector(`[data-activity="${CSS.escape(id)}"]`) !== null) return
    const item = document.createElement('li')
    item.dataset['activity'] = id
    item.className = 'arrived'
    const sentence = document.createElement('span')
    sentence.textContent = text
    const time = document.createElement('time')
    time.dateTime = at
    const { lang } = document.documentElement
    time.textContent = new Intl.DateTimeFormat(lang, { timeStyle: 'short' }).format(new Date(at))
    item.append(sentence, time)
    told.prepend(item)
    while (told.children.length > 12) told.lastElementChild?.remove()
  })
  // The next request is refused in any case; this only says so at once.
  stream.addEventListener('ended', () => location.reload())
}

const thread = document.querySelector('.thread ol')
thread?.scrollTo({ top: thread.scrollHeight })
