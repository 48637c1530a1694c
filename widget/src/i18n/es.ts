import type { CreateMessages } from './messages.ts'

/** Spanish, written for Latin America and readable in Spain. */
export const createMessages: CreateMessages = ({ counted, number }) => ({
  team: 'Equipo',
  seats: (used, limit) =>
    limit === null
      ? counted(used, 'licencia en uso', 'licencias en uso')
      : `${number(used)} de ${number(limit)} licencias en uso`,

  members: 'Miembros',
  memberCount: (count) => counted(count, 'miembro', 'miembros'),
  matchCount: (count) => counted(count, 'miembro encontrado', 'miembros encontrados'),
  search: 'Buscar miembros',
  searchHint: 'Buscar por nombre o correo',
  clearFilters: 'Quitar búsqueda y filtros',
  moreFilters: (count) => (count === 0 ? 'Más filtros' : `Más filtros (${number(count)})`),
  sort: 'Ordenar por',
  created: 'Fecha de alta',
  exportCsv: 'Descargar CSV',

  member: 'Miembro',
  role: 'Rol',
  department: 'Departamento',
  departments: 'Departamentos',
  channels: 'Canales',
  state: 'Estado',
  lastActive: 'Último activo',
  source: 'Origen',

  states: { active: 'Activo', invited: 'Pendiente', suspended: 'Suspendido' },
  presence: { online: 'En línea', away: 'Ausente', offline: 'Desconectado' },
  you: 'Tú',
  roleNames: {
    owner: 'Propietario',
    administrator: 'Administrador',
    manager: 'Gerente',
    agent: 'Agente',
    operator: 'Operador',
    user: 'Usuario',
    member: 'Miembro',
  },
  noAccess: 'Sin acceso',
  noRoleReasons: { no_grant: 'Aún no tiene un rol', no_seat: 'No quedan licencias' },
  more: (count) => `${number(count)} más`,
  never: 'Nunca',
  managedBy: (directory) => `Gestionado por ${directory}`,
  managedHere: 'Este espacio',

  emptyList: {
    title: 'Todavía no hay nadie',
    text: 'Aquí aparece quien recibe una invitación o llega desde tu directorio.',
  },
  noMatch: {
    title: 'Ningún miembro coincide',
    text: 'Busca con menos filtros.',
  },
  problems: {
    failed: {
      title: 'No se pudo cargar el equipo',
      text: 'El error es nuestro. Vuelve a intentarlo en un momento.',
    },
    busy: {
      title: 'El servicio está ocupado',
      text: 'Vuelve a intentarlo en un momento.',
    },
    unreachable: {
      title: 'Estás sin conexión',
      text: 'La lista se actualiza cuando vuelva la conexión.',
    },
    forbidden: {
      title: 'No puedes ver este equipo',
      text: 'Tu rol no incluye la lista del equipo. Un administrador puede cambiarlo.',
    },
    'signed-out': {
      title: 'Tu sesión terminó',
      text: 'Inicia sesión de nuevo.',
    },
    gone: {
      title: 'Este miembro ya no está',
      text: 'Se quitó del equipo hace un momento.',
    },
    outdated: {
      title: 'Esta página necesita actualizarse',
      text: 'Vuelve a cargarla.',
    },
  },
  retry: 'Reintentar',
  close: 'Cerrar',
  show: 'Mostrar',
  actions: 'Acciones',
  actionsFor: (name) => `Acciones para ${name}`,
  addMember: 'Agregar miembro',
  views: {
    members: 'Miembros',
    departments: 'Departamentos',
    roles: 'Roles',
    directory: 'Directorio',
    activity: 'Actividad',
    profile: 'Mi perfil',
  },
  requestId: (id) => `Solicitud ${id}`,

  memberAdded: (name) => `${name} se sumó al equipo`,
  memberChanged: (name) => `Se actualizó a ${name}`,
  memberRemoved: (name) => `${name} ya no está en el equipo`,
  membersChanged: (count) => counted(count, 'miembro cambió', 'miembros cambiaron'),
})
