import type { CreateBulkMessages } from './bulk-messages.ts'

/** Spanish, written for Latin America and readable in Spain. */
export const createMessages: CreateBulkMessages = ({ counted, number }) => {
  const members = (count: number): string => counted(count, 'miembro', 'miembros')
  return {
    chosen: (count) => counted(count, 'seleccionado', 'seleccionados'),
    chooseAll: (count) => `Seleccionar los ${number(count)}`,
    chooseNone: 'Quitar selección',
    actions: 'Qué hacer con ellos',
    kinds: {
      'set-role': 'Cambiar rol',
      'add-departments': 'Agregar departamentos',
      'remove-departments': 'Quitar de departamentos',
      'sign-out': 'Cerrar sesión en todas partes',
      'resend-invitation': 'Reenviar invitaciones',
      suspend: 'Suspender',
      reactivate: 'Reactivar',
      remove: 'Revocar acceso',
    },
    titles: {
      'set-role': (count) => `Cambiar el rol de ${members(count)}`,
      'add-departments': (count) => `Agregar departamentos a ${members(count)}`,
      'remove-departments': (count) => `Quitar a ${members(count)} de departamentos`,
      'sign-out': (count) => `Cerrar las sesiones de ${members(count)}`,
      'resend-invitation': (count) => `Reenviar la invitación a ${members(count)}`,
      suspend: (count) => `Suspender a ${members(count)}`,
      reactivate: (count) => `Reactivar a ${members(count)}`,
      remove: (count) => `Revocar el acceso de ${members(count)}`,
    },
    previewing: 'Viendo qué cambiaría…',
    wouldChange: (count) => counted(count, 'miembro cambiaría', 'miembros cambiarían'),
    wouldStay: (count) => counted(count, 'miembro quedaría igual', 'miembros quedarían igual'),
    wouldRefuse: (count) => counted(count, 'miembro quedaría fuera', 'miembros quedarían fuera'),
    typeToConfirm: (word) => `Escribe ${word} para confirmar`,
    running: 'En curso',
    progress: (done, total) =>
      total === null ? number(done) : `${number(done)} de ${number(total)}`,
    finished: 'Terminado',
    stopped: 'Detenido; lo hecho se conserva',
    failed: 'Terminó antes de tiempo. Elige de nuevo a los demás.',
    changed: (count) => counted(count, 'miembro cambió', 'miembros cambiaron'),
    refused: (count) => counted(count, 'miembro quedó fuera', 'miembros quedaron fuera'),
    refusedPeople: 'Quién quedó fuera',
    stop: 'Detener',
    keepsGoing: 'Puedes cerrar esto: sigue en marcha.',
  }
}
