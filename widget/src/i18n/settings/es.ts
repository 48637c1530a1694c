import type { CreateSettingsMessages } from './settings-messages.ts'

/** Spanish, written for Latin America and readable in Spain. */
export const createMessages: CreateSettingsMessages = ({ counted, plural }) => {
  const members = (count: number): string => counted(count, 'miembro', 'miembros')
  return {
    departmentsHint: 'Quién ve qué conversaciones y quién responde por ellas.',
    newDepartment: 'Nuevo departamento',
    departmentName: 'Nombre',
    editDepartment: (name) => `Editar ${name}`,
    defaultDepartment: 'Predeterminado',
    defaultHint: 'Aquí llega quien pierde su último departamento.',
    makeDefault: 'Departamento predeterminado',
    members,
    lead: 'Responsable',
    leadHint: 'Responde por el departamento.',
    noLead: 'Nadie',
    channelsHint: 'Los recibe quien está en el departamento.',
    deleteTitle: (name) => `¿Eliminar ${name}?`,
    deleteExplained: 'Sus personas, canales y reglas pasan a otro departamento.',
    moveTo: 'Pasarlos a',
    moveToDefault: (name) => `${name} (solo quien no tiene otro)`,
    difference: (changed) => `Cambia el acceso de ${members(changed)}`,
    loses: (count) =>
      plural(count, {
        one: `${members(count)} pierde el acceso`,
        other: `${members(count)} pierden el acceso`,
      }),
    gains: (count) =>
      plural(count, {
        one: `${members(count)} obtiene acceso`,
        other: `${members(count)} obtienen acceso`,
      }),
    nobodyChanges: 'No cambia el acceso de nadie',
    deleted: (name) => `Se eliminó ${name}`,
    noDepartments: 'Todavía no hay departamentos.',
    rolesHint: 'Lo que cada persona puede hacer. El más alto primero.',
    builtIn: 'Incluido',
    newRole: (from) => `Nuevo rol a partir de ${from}`,
    roleName: 'Nombre',
    editRole: (name) => `Editar ${name}`,
    seesLabel: 'Conversaciones',
    sees: { own: 'Las propias', departments: 'Las de sus departamentos', all: 'Todas' },
    permissions: 'Lo que puede hacer',
    grantable: 'Roles que puede dar',
    grantableHint: 'Nadie da más que esto.',
    builtInHint: 'Solo se cambia su nombre. Cópialo para cambiar más.',
    preview: 'Lo que cambiaría',
    gainsPermissions: (list) => `Ahora podrá: ${list}`,
    losesPermissions: (list) => `Ya no podrá: ${list}`,
    replacement: 'Dar a quienes lo tienen',
    groups: {
      conversations: 'Conversaciones',
      content: 'Contactos y contenido',
      team: 'Equipo',
      workspace: 'Espacio de trabajo',
    },
    showMatrix: 'Comparar roles',
    yes: 'Sí',
    no: 'No incluido',
  }
}
