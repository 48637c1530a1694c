import type { Messages } from './messages.ts'

const team = (name: string | undefined): string => (name === undefined ? 'tu equipo' : name)

export const es: Messages = {
  signInTitle: (name) => `Inicia sesión en ${name}`,
  signInText: 'Tu cuenta de empresa abre la bandeja de entrada. No hay otra contraseña.',
  continueWith: (name) => `Continuar con ${name}`,
  companySecurity: 'Irás a la página de inicio de sesión de tu empresa.',
  workspaceTitle: '¿Cuál es tu espacio de trabajo?',
  workspaceText: 'Escribe el nombre corto del espacio de trabajo de tu equipo.',
  workspaceLabel: 'Espacio de trabajo',
  workspaceHint: 'Letras minúsculas, cifras y guiones, por ejemplo northwind.',
  workspaceNotFound: (entered) =>
    `Aquí no hay ningún espacio de trabajo «${entered}». Revisa cómo está escrito.`,
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
  refusals: {
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
