import { permissions } from '../../permissions/catalogue.ts'
import type { Preset } from '../preset.ts'
import { ownerAbove } from './owner.ts'

/** Access levels; managers add agents only, and a profile belongs to its person. */
export const respond: Preset = {
  roles: [
    ownerAbove(['manager', 'agent']),
    {
      key: 'manager',
      name: { en: 'Manager', es: 'Gerente', 'pt-BR': 'Gerente' },
      permissions: permissions.filter(
        (permission) =>
          permission !== 'billing:manage' &&
          permission !== 'account-data:delete' &&
          permission !== 'passwords:set',
      ),
      grantable: ['agent'],
      conversationAccess: 'all',
    },
    {
      key: 'agent',
      name: { en: 'Agent', es: 'Agente', 'pt-BR': 'Agente' },
      permissions: [
        'conversations:own',
        'conversations:departments',
        'conversations:create',
        'contacts:add',
        'contacts:edit',
        'labels:create',
        'labels:manage',
      ],
      grantable: [],
      conversationAccess: 'departments',
    },
  ],
  policies: {
    hideOthersChats: false,
    channelAccess: 'all',
    profiles: 'person',
    passwords: 'person',
    inviteFields: ['email', 'role'],
  },
  labels: {
    en: {
      title: 'Users',
      addMember: 'Add user',
      submit: 'Add',
      role: 'Access level',
      accept: 'Get access',
    },
    es: {
      title: 'Usuarios',
      addMember: 'Agregar usuario',
      submit: 'Agregar',
      role: 'Nivel de acceso',
      accept: 'Obtener acceso',
    },
    'pt-BR': {
      title: 'Usuários',
      addMember: 'Adicionar usuário',
      submit: 'Adicionar',
      role: 'Nível de acesso',
      accept: 'Obter acesso',
    },
  },
}
