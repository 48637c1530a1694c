import type { Messages } from './messages.ts'

const team = (name: string | undefined): string => (name === undefined ? 'tu equipo' : name)

export const es: Messages = {
  signInTitle: (name) => `Inicia sesión en ${name}`,
  signInText: 'Tu cuenta de empresa abre la bandeja de entrada. No hay otra contraseña.',
  continueWith: (name) => `Continuar con ${name}`,
  companySecurity: 'Irás a la página de inicio de sesión de tu empresa.',
  workspaceTitle: '¿Cuál es tu espacio de trabajo?',
  workspaceText:
    'Escribe tu correo del trabajo o el nombre corto del espacio de trabajo de tu equipo.',
  workspaceLabel: 'Correo del trabajo o espacio de trabajo',
  workspaceHint: 'Por ejemplo ana@northwind.example o northwind.',
  workspaceNotFound: (entered) =>
    `Aquí nada corresponde a «${entered}». Revisa cómo está escrito o escribe el nombre corto del espacio de trabajo.`,
  next: 'Continuar',
  signedInTitle: 'Has iniciado sesión',
  signedInText: 'Puedes cerrar esta página y volver a tu bandeja de entrada.',
  signOutTitle: '¿Cerrar sesión?',
  signOutText: 'Se cerrará tu sesión de la bandeja de entrada en este navegador.',
  signOutConfirm: 'Cerrar sesión',
  signOutCancel: 'Seguir con la sesión abierta',
  signedOutTitle: 'Has cerrado sesión',
  signedOutText: 'Puedes cerrar esta página.',
  otherAccount: 'Usar otra cuenta',
  retry: 'Reintentar',
  reference: (reference) => `Referencia ${reference}`,
  password: {
    or: 'o',
    signInText: 'Usa tu cuenta de empresa, o el correo y la contraseña de tu cuenta de aquí.',
    emailLabel: 'Correo electrónico',
    label: 'Contraseña',
    labelOrCode: 'Contraseña o código de recuperación',
    signIn: 'Iniciar sesión',
    forgotten: '¿Olvidaste tu contraseña?',
    emergency: 'Propietarios: entrar con contraseña',
    wrong: 'El correo y la contraseña no coinciden. Revísalos o elige una contraseña nueva.',
    tooManyAttempts: (minutes) =>
      `Demasiados intentos. Espera ${minutes === 1 ? 'un minuto' : `${minutes} minutos`} e inténtalo de nuevo, o elige una contraseña nueva.`,
    resetTitle: 'Elige una contraseña nueva',
    resetText: (name) => `Escribe el correo de tu cuenta en ${name}. Te enviaremos un enlace.`,
    sendLink: 'Enviar el enlace',
    linkSentTitle: 'Revisa tu correo',
    linkSentText: (email) =>
      `Si ${email} tiene una cuenta aquí, el enlace va en camino. Sirve una sola vez, durante 30 minutos. ¿No llega? Mira en el correo no deseado o pregunta a un administrador.`,
    newTitle: 'Tu nueva contraseña',
    newText: (email) => `Para ${email}. Se cerrarán tus demás sesiones.`,
    newLabel: 'Nueva contraseña',
    hint: (min) => `Al menos ${min} caracteres. Unas cuantas palabras son fáciles de recordar.`,
    flaws: {
      'too-short': 'Es demasiado corta. Añade algunos caracteres.',
      'too-long': 'Es demasiado larga. Como máximo, 256 caracteres.',
      guessable: 'Es fácil de adivinar. No uses tu nombre, tu correo ni secuencias simples.',
    },
    save: 'Guardar la contraseña',
    savedTitle: 'Tu contraseña está guardada',
    savedText: 'Ya puedes iniciar sesión con ella.',
    goToInbox: 'Ir a la bandeja de entrada',
  },
  invitation: {
    title: (name) => `Te damos la bienvenida a ${name}`,
    text: ({ inviter, role }) =>
      `${inviter ?? 'Tu equipo'} te ha invitado${role === null ? '' : ` como ${role}`}. Un paso más y estás dentro.`,
    messageFrom: (inviter) => (inviter === null ? 'Mensaje' : `${inviter} escribe`),
    emailIs: (email) => `Entrarás como ${email}.`,
    givenName: 'Nombre',
    familyName: 'Apellido',
    displayName: 'Tu nombre',
    displayNameHint: 'Tu nombre o el de tu empresa: lo verá tu equipo.',
    phone: 'Teléfono',
    optional: 'opcional',
    nameMissing: 'Escribe un nombre.',
    terms: ['Acepto los ', 'términos y la transferencia de mis datos', '.'],
    termsMissing: 'Sin tu consentimiento no se puede abrir la cuenta.',
    companyText: 'Entras con tu cuenta de empresa. No hay otra contraseña.',
  },
  ownership: {
    title: (name) => `¿De quién es ${name}?`,
    give: ({ to, role }) =>
      `Entregas el espacio de trabajo a ${to} y pasas a ser ${role}. Ocurre en cuanto los dos hayan aceptado.`,
    take: ({ from }) =>
      `${from} te entrega el espacio de trabajo. Ocurre en cuanto los dos hayan aceptado.`,
    confirm: 'Acepto',
    doneTitle: 'Gracias',
    waiting: (name) =>
      `Ahora falta que acepte ${name}. El enlace de su correo sirve durante 30 minutos.`,
    completed: (owner, name) => `${owner} es ahora la persona propietaria de ${name}.`,
  },
  emailChange: {
    title: '¿Es esta tu nueva dirección?',
    text: (email, name) => `A partir de ahora inicias sesión en ${name} como ${email}.`,
    signedOut: 'Se cierran todas tus sesiones y vuelves a entrar con la dirección nueva.',
    confirm: 'Usar esta dirección',
    doneTitle: 'Tu dirección ha cambiado',
    doneText: (email) => `Ve a tu bandeja e inicia sesión como ${email}.`,
  },
  refusals: {
    addressTaken: {
      title: 'Esta dirección ya está en uso',
      text: (name) =>
        `Alguien de ${team(name)} ya inicia sesión con ella. Pide el cambio con otra dirección.`,
    },
    companyRefused: {
      title: 'Tu empresa no te ha dado paso',
      text: () =>
        'La página de inicio de sesión de tu empresa rechazó o canceló la solicitud. Inténtalo de nuevo o pregunta a tu departamento de TI si tienes asignada esta aplicación.',
    },
    companyUnreachable: {
      title: 'La página de inicio de sesión de tu empresa no responde',
      text: () =>
        'Espera un momento e inténtalo de nuevo. Si continúa, avisa a tu departamento de TI.',
    },
    linkExpired: {
      title: 'Este enlace ha caducado',
      text: (name) => `Pide uno nuevo a un administrador de ${team(name)}.`,
    },
    linkReplaced: {
      title: 'Hay un enlace más nuevo',
      text: () => 'Este fue sustituido. Abre el correo más reciente de tu buzón.',
    },
    linkUnknown: {
      title: 'Este enlace no funciona',
      text: () =>
        'Puede que se haya cortado por el camino. Copia la dirección completa del correo o pide uno nuevo a quien te lo envió.',
    },
    linkUsed: {
      title: 'Este enlace ya se usó',
      text: () => 'Sirve una sola vez. Si fuiste tú, ve a tu bandeja de entrada e inicia sesión.',
    },
    linkWithdrawn: {
      title: 'Este enlace fue retirado',
      text: (name) => `Pregunta a un administrador de ${team(name)} si fue a propósito.`,
    },
    noAccess: {
      title: 'En este momento no tienes acceso',
      text: (name) => `Pide a un administrador de ${team(name)} que te dé acceso.`,
    },
    noAccount: {
      title: 'Todavía no te conocemos',
      text: (name) =>
        `Tu cuenta de empresa es correcta, pero nadie te ha añadido a ${team(name)}. Pide a un administrador o a tu departamento de TI que te añada.`,
    },
    notSetUp: {
      title: 'El inicio de sesión de empresa no está configurado',
      text: (name) => `Pide a un administrador de ${team(name)} que lo configure o lo active.`,
    },
    notVerified: {
      title: 'No hemos podido verificar tu inicio de sesión',
      text: () =>
        'La respuesta de la página de tu empresa no superó nuestras comprobaciones. Inténtalo de nuevo. Si continúa, da la referencia de abajo a tu departamento de TI.',
    },
    requestUnknown: {
      title: 'Tu bandeja de entrada envió una solicitud que no reconocemos',
      text: () =>
        'No has hecho nada mal y volver a intentarlo no servirá. Avisa a quien gestiona tu bandeja de entrada: su equipo de desarrollo debe revisar el identificador de cliente (client_id) y la URI de redirección (redirect_uri).',
    },
    tooManyAttempts: {
      title: 'Demasiados intentos',
      text: () => 'Espera unos minutos e inténtalo de nuevo.',
    },
    tryAgain: {
      title: 'Este inicio de sesión ha caducado',
      text: () =>
        'Tardó demasiado, ya se usó o empezó en otro navegador. Vuelve a tu bandeja de entrada y empieza de nuevo.',
    },
    unexpected: {
      title: 'Algo ha fallado de nuestro lado',
      text: () => 'Inténtalo de nuevo en un momento. Si continúa, comunica la referencia de abajo.',
    },
    workspaceUnknown: {
      title: 'Ese espacio de trabajo no existe',
      text: () =>
        'La dirección que seguiste nombra un espacio de trabajo que no existe aquí. Pregunta a quien te la dio.',
    },
  },
}
