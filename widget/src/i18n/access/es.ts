import type { AccessMessages } from './access-messages.ts'

/** Spanish, written for Latin America and readable in Spain. */
export const accessMessages: AccessMessages = {
  whyAccess: (name) => `Por qué ${name} tiene este acceso`,
  noGrants: 'Esta persona no tiene nada asignado, así que no puede iniciar sesión.',
  supervisor: 'Supervisor',
  conversationAccess: {
    own: 'Ve sus propias conversaciones',
    departments: 'Ve las conversaciones de sus departamentos',
    all: 'Ve todas las conversaciones',
  },
  grantedByGroup: (group, directory) =>
    directory === null
      ? `Porque está en el grupo «${group}»`
      : `Porque está en el grupo «${group}» de ${directory}`,
  grantedByRule: 'Porque se le aplica una regla de asignación',
  grantedByHand: 'Asignado a mano en este espacio',
  grantedByInvitation: 'Elegido en su invitación',
  grantedByDepartment: 'Viene con un departamento',
  grantedByDefault: 'Lo predeterminado para todos los que llegan del directorio',
  since: (date) => `desde el ${date}`,
  notEffective: 'Sin efecto: algo tiene más peso',
}
