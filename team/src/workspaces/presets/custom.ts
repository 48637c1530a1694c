import { permissions } from '../../permissions/catalogue.ts'
import type { Preset } from '../preset.ts'
import { ownerAbove } from './owner.ts'

/** A plain start for an inbox that makes its own roles. */
export const custom: Preset = {
  roles: [
    ownerAbove(['administrator', 'member']),
    {
      key: 'administrator',
      name: { en: 'Administrator', es: 'Administrador', 'pt-BR': 'Administrador' },
      permissions: permissions.filter(
        (permission) => permission !== 'billing:manage' && permission !== 'account-data:delete',
      ),
      grantable: ['administrator', 'member'],
      conversationAccess: 'all',
    },
    {
      key: 'member',
      name: { en: 'Member', es: 'Miembro', 'pt-BR': 'Membro' },
      permissions: ['conversations:own', 'conversations:departments', 'contacts:add'],
      grantable: [],
      conversationAccess: 'departments',
    },
  ],
  policies: {
    hideOthersChats: false,
    channelAccess: 'all',
    profiles: 'admins',
    passwords: 'person',
    inviteFields: ['displayName', 'email', 'role', 'departments'],
  },
  labels: {
    en: {
      title: 'Team',
      addMember: 'Add member',
      submit: 'Add',
      role: 'Role',
      accept: 'Accept the invitation',
    },
    es: {
      title: 'Equipo',
      addMember: 'Agregar miembro',
      submit: 'Agregar',
      role: 'Rol',
      accept: 'Aceptar la invitación',
    },
    'pt-BR': {
      title: 'Equipe',
      addMember: 'Adicionar membro',
      submit: 'Adicionar',
      role: 'Função',
      accept: 'Aceitar o convite',
    },
  },
}
