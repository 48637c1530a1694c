import { permissions } from '../../permissions/catalogue.ts'
import type { Preset } from '../preset.ts'
import { ownerAbove } from './owner.ts'

/** Roles “with different levels of access”, each invited by a mail that goes out by itself. */
export const wati: Preset = {
  roles: [
    ownerAbove(['administrator', 'agent']),
    {
      key: 'administrator',
      name: { en: 'Administrator', es: 'Administrador', 'pt-BR': 'Administrador' },
      permissions: permissions.filter(
        (permission) => permission !== 'billing:manage' && permission !== 'account-data:delete',
      ),
      grantable: ['administrator', 'agent'],
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
        'quick-replies:create',
      ],
      grantable: [],
      conversationAccess: 'departments',
    },
  ],
  policies: {
    hideOthersChats: false,
    channelAccess: 'all',
    profiles: 'admins',
    passwords: 'person',
    inviteFields: ['givenName', 'familyName', 'email', 'jobTitle', 'departments', 'role'],
  },
  labels: {
    en: {
      title: 'User management',
      addMember: 'Add user',
      submit: 'Save',
      role: 'Role',
      accept: 'Accept the invitation',
    },
    es: {
      title: 'Gestión de usuarios',
      addMember: 'Agregar usuario',
      submit: 'Guardar',
      role: 'Rol',
      accept: 'Aceptar la invitación',
    },
    'pt-BR': {
      title: 'Gestão de usuários',
      addMember: 'Adicionar usuário',
      submit: 'Salvar',
      role: 'Função',
      accept: 'Aceitar o convite',
    },
  },
}
