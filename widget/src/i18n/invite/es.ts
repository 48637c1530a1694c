import type { CreateInviteMessages } from './invite-messages.ts'

/** Spanish, written for Latin America and readable in Spain. */
export const createMessages: CreateInviteMessages = ({ number, plural }) => ({
  fields: {
    givenName: 'Nombre',
    familyName: 'Apellido',
    displayName: 'Nombre',
    email: 'Dirección de correo electrónico',
    jobTitle: 'Cargo',
    role: 'Rol',
    password: 'Contraseña',
    departments: 'Departamentos',
    channels: 'Canales',
    supervisor: 'Supervisor',
    phone: 'Teléfono',
    language: 'Idioma',
    message: 'Mensaje en el correo',
  },
  emailHint: 'La invitación se envía a esta dirección.',
  emailsHint: 'Escribe o pega cuantas quieras, también desde una hoja de cálculo.',
  signatureHint: 'Los clientes ven este nombre cuando la firma está activa.',
  supervisorHint: 'Ve los chats de todos los usuarios.',
  noDepartmentHint: 'Sin departamento, aún ve las conversaciones que no tienen uno.',
  messageHint: 'Con tus palabras, debajo de las nuestras.',
  passwordHint: 'Diez caracteres o más. Con ella inicia sesión.',
  showPassword: 'Mostrar contraseña',
  suggestPassword: 'Sugerir una',
  addressChecks: {
    invalid: 'no es una dirección',
    repeated: 'está dos veces',
    member: 'ya es miembro',
    invited: 'ya tiene una invitación',
    refused: 'no se pudo agregar',
  },
  addressCount: (count) =>
    plural(count, { one: `${number(count)} dirección`, other: `${number(count)} direcciones` }),
  wrongCount: (count) =>
    plural(count, {
      one: `${number(count)} necesita corrección`,
      other: `${number(count)} necesitan corrección`,
    }),
  removeAddress: (address) => `Quitar ${address}`,
  needsAddress: 'Indica al menos una dirección.',
  needsRole: 'Elige un rol.',
  seatsLeft: (count) =>
    plural(count, {
      one: `Queda ${number(count)} licencia`,
      other: `Quedan ${number(count)} licencias`,
    }),
  seatsShort: (wanted, left) =>
    `${number(wanted)} personas y ${plural(left, { one: `${number(left)} licencia libre`, other: `${number(left)} licencias libres` })}: libera algunas o solicita más.`,
  inviteInstead: 'Mejor invitar por correo',
  createInstead: 'Mejor crear con contraseña',
  invitedTitle: (count) =>
    plural(count, {
      one: `${number(count)} persona invitada`,
      other: `${number(count)} personas invitadas`,
    }),
  createdTitle: (name) => `Se agregó a ${name}`,
  createdText: 'Puede iniciar sesión con su dirección y la contraseña que definiste.',
  mailUnderway: 'El correo va en camino',
  notAdded: (count) =>
    plural(count, {
      one: `${number(count)} no se agregó`,
      other: `${number(count)} no se agregaron`,
    }),
  cameBack: 'estuvo antes y vuelve',
  correct: 'Corregir',
  addMore: 'Agregar más',
  contactHost: 'Para más, consulta a quien administra tu buzón.',
  importTitle: 'Importar personas',
  importLink: 'Importar un archivo CSV',
  importHint:
    'Una persona por fila; solo el correo es obligatorio. También nombre, rol, departamentos y canales.',
  chooseFile: 'Elegir un archivo',
  dropFile: 'o suéltalo aquí',
  importWay: {
    invite: 'Invitar por correo a las personas nuevas',
    create: 'Agregar a las personas nuevas sin correo',
  },
  checking: 'Se está revisando la tabla',
  importing: 'Se está importando a las personas',
  progress: (done, total) =>
    total === null ? `${number(done)} filas` : `${number(done)} de ${number(total)} filas`,
  outcomes: {
    created: (count) =>
      plural(count, { one: `${number(count)} nueva`, other: `${number(count)} nuevas` }),
    changed: (count) =>
      plural(count, { one: `${number(count)} cambiada`, other: `${number(count)} cambiadas` }),
    unchanged: (count) => `${number(count)} sin cambios`,
    refused: (count) =>
      plural(count, { one: `${number(count)} rechazada`, other: `${number(count)} rechazadas` }),
  },
  row: (row) => `Fila ${number(row)}`,
  ignoredColumns: (columns) => `Estas columnas no se usan: ${columns}`,
  startImport: (count) =>
    plural(count, {
      one: `Importar a ${number(count)} persona`,
      other: `Importar a ${number(count)} personas`,
    }),
  nothingToImport: 'No se agregaría ni cambiaría a nadie.',
  imported: 'La importación terminó',
  downloadRefused: 'Descargar las filas rechazadas',
  otherFile: 'Elegir otro archivo',
  importFailed: 'No se pudo leer la tabla hasta el final. Envíala de nuevo.',
  stop: 'Detener',
})
