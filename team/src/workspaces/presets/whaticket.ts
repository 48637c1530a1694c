import { permissions } from '../../permissions/catalogue.ts'
import type { Preset } from '../preset.ts'
import { ownerAbove } from './owner.ts'

/** Users and administrators; an administrator adds people with a password and their departments. */
export const whaticket: Preset = {
  roles: [
    ownerAbove(['administrator', 'user']),
    {
      key: 'administrator',
      name: { en: 'Administrator', es: 'Administrador', 'pt-BR': 'Administrador' },
      permissions: permissions.filter((permission) => permission !== 'billing:manage'),
      grantable: ['administrator', 'user'],
      conversationAccess: 'all',
    },
    {
      key: 'user',
      name: { en: 'User', es: 'Usuario', 'pt-BR': 'Usuário' },
      permissions: [
        'conversations:create',
        'labels:create',
        'quick-replies:create',
        'contacts:add',
        'connections:restart',
        'conversations:departments',
        'conversations:own',
      ],
      grantable: [],
      conversationAccess: 'departments',
    },
  ],
  policies: {
    hideOthersChats: true,
    channelAccess: 'all',
    profiles: 'admins',
    passwords: 'admins',
    inviteFields: ['displayName', 'role', 'email', 'password', 'departments'],
  },
  labels: {
    en: {
      title: 'Team',
      addMember: 'Add user',
      submit: 'Add',
      role: 'User or administrator',
      accept: 'Sign in',
    },
    es: {
      title: 'Equipo',
      addMember: 'Añadir usuario',
      submit: 'Agregar',
      role: 'Usuario o administrador',
      accept: 'Iniciar sesión',
    },
    'pt-BR': {
      title: 'Equipe',
      addMember: 'Adicionar usuário',
      submit: 'Adicionar',
      role: 'Usuário ou administrador',
      accept: 'Entrar',
    },
  },
}
