import { describe, expect, it } from 'vitest'

import { type Permission, permissions } from '../permissions/catalogue.ts'
import { locales, type Preset, type PresetRole } from './preset.ts'
import { findPreset, presetNames } from './presets.ts'

function preset(name: string): Preset {
  const found = findPreset(name)
  if (found === undefined) throw new Error(`no preset ${name}`)
  return found
}

function role(presetName: string, key: string): PresetRole {
  const found = preset(presetName).roles.find((candidate) => candidate.key === key)
  if (found === undefined) throw new Error(`no role ${key}`)
  return found
}

const keysOf = (name: string): string[] => preset(name).roles.map(({ key }) => key)

describe('whaticket', () => {
  it('knows “usuarios” and “administradores”', () => {
    expect(keysOf('whaticket')).toEqual(['owner', 'administrator', 'user'])
  })

  it.each<[string, readonly Permission[]]>([
    ['Crear chats', ['conversations:create']],
    ['Crear etiquetas para organizar conversaciones', ['labels:create']],
    ['Crear respuestas rápidas para agilizar las interacciones', ['quick-replies:create']],
    ['Añadir nuevos contactos', ['contacts:add']],
    ['Reiniciar la conexión si es necesario', ['connections:restart']],
    [
      'Acceder solo a los chats vinculados a su departamento o sin departamento, así como a su propia bandeja',
      ['conversations:departments', 'conversations:own'],
    ],
  ])('lets a user: “%s”', (_, allowed) => {
    expect(role('whaticket', 'user').permissions).toEqual(expect.arrayContaining([...allowed]))
  })

  it('gives a user “acceso limitado”: nothing that the article does not name', () => {
    expect(role('whaticket', 'user').permissions.toSorted()).toEqual([
      'connections:restart',
      'contacts:add',
      'conversations:create',
      'conversations:departments',
      'conversations:own',
      'labels:create',
      'quick-replies:create',
    ])
    expect(role('whaticket', 'user').conversationAccess).toBe('departments')
  })

  it('hides from users what others began: “No tienen acceso a los chats iniciados por otros usuarios”', () => {
    expect(preset('whaticket').policies.hideOthersChats).toBe(true)
  })

  it.each<[string, readonly Permission[]]>([
    ['todos los permisos de los usuarios', role('whaticket', 'user').permissions],
    [
      'Capacidad de editar y eliminar información',
      [
        'contacts:edit',
        'contacts:delete',
        'conversations:delete',
        'labels:manage',
        'quick-replies:manage',
      ],
    ],
    ['Ver todas las conversaciones en la plataforma', ['conversations:all']],
    [
      'Crear y gestionar usuarios y departamentos, además de cambiar las contraseñas',
      ['members:manage', 'departments:manage', 'passwords:set'],
    ],
    ['Configurar departamentos', ['departments:manage']],
    [
      'Ajustar el chatbot y habilitar la distribución automática de chats',
      ['chatbot:manage', 'distribution:manage'],
    ],
    ['Usar el sistema de campañas', ['campaigns:send']],
    ['Acceso a informes', ['reports:view']],
    [
      'la elección de la región y el idioma, así como la opción de eliminar datos de la cuenta',
      ['region:manage', 'account-data:delete'],
    ],
  ])('lets an administrator: “%s”', (_, allowed) => {
    expect(role('whaticket', 'administrator').permissions).toEqual(
      expect.arrayContaining([...allowed]),
    )
    expect(role('whaticket', 'administrator').conversationAccess).toBe('all')
  })

  it('asks as the form does: name, “usuario regular o administrador”, email, password, departments', () => {
    expect(preset('whaticket').policies).toMatchObject({
      inviteFields: ['displayName', 'role', 'email', 'password', 'departments'],
      passwords: 'admins',
    })
    expect(preset('whaticket').labels.es).toMatchObject({
      title: 'Equipo',
      addMember: 'Añadir usuario',
      submit: 'Agregar',
    })
  })
})

describe('respond', () => {
  it('has the access levels owner, manager and agent', () => {
    expect(keysOf('respond')).toEqual(['owner', 'manager', 'agent'])
  })

  it('lets managers add agents only: “solamente podrán crear usuarios nuevos con permisos de agentes”', () => {
    expect(role('respond', 'manager').permissions).toContain('members:manage')
    expect(role('respond', 'manager').grantable).toEqual(['agent'])
  })

  it('lets no agent touch access: “Requiere otro usuario con privilegios para hacerlo”', () => {
    expect(role('respond', 'agent').permissions).not.toContain('members:manage')
    expect(role('respond', 'agent').grantable).toEqual([])
  })

  it('leaves profiles to their people: “Solo puede realizar cambios en el nivel de acceso”', () => {
    expect(preset('respond').policies.profiles).toBe('person')
  })

  it('asks for “la dirección de correo electrónico” and “un nivel de acceso”', () => {
    expect(preset('respond').policies).toMatchObject({
      inviteFields: ['email', 'role'],
      passwords: 'person',
    })
    expect(preset('respond').labels.es).toMatchObject({
      title: 'Usuarios',
      addMember: 'Agregar usuario',
      role: 'Nivel de acceso',
    })
  })
})

describe('wati', () => {
  it('has “diferentes roles (por ejemplo, Administrador, Agente)”', () => {
    expect(preset('wati').roles.map(({ name }) => name.es)).toEqual([
      'Propietario',
      'Administrador',
      'Agente',
    ])
  })

  it('gives them “distintos niveles de acceso y permisos”', () => {
    const administrator = role('wati', 'administrator').permissions
    const agent = role('wati', 'agent').permissions
    expect(administrator).toEqual(expect.arrayContaining([...agent]))
    expect(administrator).toContain('members:manage')
    expect(agent).not.toContain('members:manage')
  })

  it('asks for “nombre y apellido, correo electrónico, cargo, departamento” and the role', () => {
    const { inviteFields, passwords } = preset('wati').policies
    expect(inviteFields).toEqual([
      'givenName',
      'familyName',
      'email',
      'jobTitle',
      'departments',
      'role',
    ])
    expect(passwords).toBe('person')
  })

  it('says “Gestión de usuarios”, “Agregar usuario”, “Guardar”', () => {
    expect(preset('wati').labels.es).toMatchObject({
      title: 'Gestión de usuarios',
      addMember: 'Agregar usuario',
      submit: 'Guardar',
    })
  })
})

describe('umnico', () => {
  it('lets operators answer “los canales de comunicación a los que desea brindarle acceso” and no others', () => {
    expect(preset('umnico').policies.channelAccess).toBe('granted')
    expect(role('umnico', 'operator').conversationAccess).toBe('own')
  })

  it('leaves “acceso a los chats de todos los usuarios” to the supervisor right', () => {
    expect(role('umnico', 'operator').permissions).not.toContain('conversations:all')
    expect(preset('umnico').policies.inviteFields).toEqual(['email', 'channels', 'supervisor'])
  })

  it('lets the person set “una contraseña” and “su nombre o el nombre de la empresa”', () => {
    expect(preset('umnico').policies).toMatchObject({ passwords: 'person', profiles: 'person' })
  })

  it('says “+ Agregar usuario”, “Listo”, “Comenzar a usar”', () => {
    expect(preset('umnico').labels.es).toMatchObject({
      addMember: '+ Agregar usuario',
      submit: 'Listo',
      accept: 'Comenzar a usar',
    })
  })
})

describe.each(presetNames)('the preset %s', (name) => {
  it('has an owner on top who may do everything and give every role', () => {
    const [owner] = preset(name).roles
    expect(owner).toMatchObject({ key: 'owner', permissions, grantable: keysOf(name) })
  })

  it('lets nobody give a role above their own, nor one it does not have', () => {
    const keys = keysOf(name)
    for (const [rank, { grantable }] of preset(name).roles.entries()) {
      for (const key of grantable) expect(keys.indexOf(key)).toBeGreaterThanOrEqual(rank)
    }
  })

  it('gives no role less than the one below it', () => {
    const { roles } = preset(name)
    for (const [rank, lower] of roles.slice(1).entries()) {
      expect(roles[rank]?.permissions).toEqual(expect.arrayContaining([...lower.permissions]))
    }
  })

  it('has a name and labels in every language', () => {
    for (const locale of locales) {
      for (const { name: names } of preset(name).roles) expect(names[locale]).not.toBe('')
      expect(Object.values(preset(name).labels[locale])).not.toContain('')
    }
  })
})
