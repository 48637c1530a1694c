import type { Preset } from '../preset.ts'
import { ownerAbove } from './owner.ts'

/** Operators answer in the channels they were given; a supervisor sees everyone's chats. */
export const umnico: Preset = {
  roles: [
    ownerAbove(['operator']),
    {
      key: 'operator',
      name: { en: 'Operator', es: 'Operador', 'pt-BR': 'Operador' },
      permissions: ['conversations:own', 'conversations:create', 'contacts:add', 'contacts:edit'],
      grantable: [],
      conversationAccess: 'own',
    },
  ],
  policies: {
    hideOthersChats: true,
    channelAccess: 'granted',
    profiles: 'person',
    passwords: 'person',
    inviteFields: ['email', 'channels', 'supervisor'],
  },
  labels: {
    en: {
      title: 'Users',
      addMember: '+ Add user',
      submit: 'Done',
      role: 'Role',
      accept: 'Get started',
    },
    es: {
      title: 'Usuarios',
      addMember: '+ Agregar usuario',
      submit: 'Listo',
      role: 'Rol',
      accept: 'Comenzar a usar',
    },
    'pt-BR': {
      title: 'Usuários',
      addMember: '+ Adicionar usuário',
      submit: 'Pronto',
      role: 'Função',
      accept: 'Começar a usar',
    },
  },
}
