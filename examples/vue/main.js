import { createApp } from 'vue'

import { answerTokenRequests, isDefinedFirst } from '../host.js'
import Inbox from './Inbox.vue'

// Vue writes a function as a text on an element which isn't defined yet: the event comes in any order.
answerTokenRequests()

if (isDefinedFirst) await import('@plantel/widget')
createApp(Inbox).mount('#root')
