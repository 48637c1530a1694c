import type { CreateInviteMessages } from './invite-messages.ts'

/** Spanish, written for Latin America and readable in Spain. */
export const createMessages: CreateInviteMessages = ({ counted, number, plural }) => ({
  fields: {
    givenName: 'Nombre',
    familyName: 'Apellido',
    displayName: 'Nombre',
    email: 'Dirección de correo electrónico',
    jobTitle: 'Cargo',
    password: 'Contraseña',
    phone: 'Teléfono',
    language: 'Idioma',
    message: 'Mensaje en el correo',
  },
  emailsHint: 'Escribe o pega cuantas quieras, también desde una hoja de cálculo.',
  signatureHint: 'Los clientes ven este nombre cuando la firma está activa.',
  messageHint: 'Con tus palabras, debajo de las nuestras.',
  passwordHint: 'Diez caracteres o más. Con ella inicia sesión.',
  addressChecks: {
    invalid: 'no es una dirección',
    repeated: 'está dos veces',
    member: 'ya es miembro',
    invited: 'ya tiene una invitación',
    refused: 'no se pudo agregar',
  },
  addressCount: (count) => counted(count, 'dirección', 'direcciones'),
  wrongCount: (count) => counted(count, 'necesita corrección', 'necesitan corrección'),
  removeAddress: (address) => `Quitar ${address}`,
  needsAddress: 'Indica al menos una dirección.',
  seatsLeft: (count) =>
    plural(count, {
      one: `Queda ${number(count)} licencia`,
      other: `Quedan ${number(count)} licencias`,
    }),
  seatsShort: (wanted, left) =>
    `${number(wanted)} personas y ${counted(left, 'licencia libre', 'licencias libres')}: libera algunas o solicita más.`,
  inviteInstead: 'Mejor invitar por correo',
  createInstead: 'Mejor crear con contraseña',
  invitedTitle: (count) => counted(count, 'persona invitada', 'personas invitadas'),
  createdTitle: (name) => `Se agregó a ${name}`,
  createdText: 'Ya puede entrar con esa contraseña.',
  mailUnderway: 'El correo va en camino',
  notAdded: (count) => counted(count, 'no se agregó', 'no se agregaron'),
  cameBack: 'estuvo antes y vuelve',
  correct: 'Corregir',
  addMore: 'Agregar más',
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
    created: (count) => counted(count, 'nueva', 'nuevas'),
    changed: (count) => counted(count, 'cambiada', 'cambiadas'),
    unchanged: (count) => `${number(count)} sin cambios`,
    refused: (count) => counted(count, 'rechazada', 'rechazadas'),
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
})
