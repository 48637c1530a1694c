import type { Language } from '../pages/language.ts'
import type { DirectoryRefusal } from './company-directory.ts'
import type { ScimFailure } from './request-log.ts'

interface DirectoryMessages {
  title: string
  simulated: string
  behavesLike: (directory: string) => string
  companies: string
  people: (count: number) => string
  peopleTitle: string
  hireInto: (group: string) => string
  otherGroup: string
  hire: string
  search: string
  columnPerson: string
  columnGroups: string
  columnState: string
  columnActions: string
  active: string
  left: string
  noGroup: string
  move: string
  moveTo: (person: string) => string
  leave: string
  comeBack: string
  delete: string
  deleteHint: string
  actionFor: (action: string, person: string) => string
  log: string
  logEmpty: string
  logHint: string
  request: string
  answer: string
  noAnswer: string
  noBody: string
  watch: string
  hired: (person: string, group: string) => string
  moved: (person: string, group: string) => string
  leftNow: (person: string) => string
  cameBack: (person: string) => string
  deleted: (person: string) => string
  deactivatedOnly: (person: string) => string
  refused: Record<DirectoryRefusal, string>
  failed: Record<ScimFailure, string>
  failedAction: string
  signIn: string
  signInTo: string
  signInHint: string
  signInExpired: string
  signInAgain: string
  signInGoOn: string
  inactiveHint: string
}

export const directoryMessages: Record<Language, DirectoryMessages> = {
  en: {
    title: 'Directory',
    simulated: 'Simulated',
    behavesLike: (directory) => `Provisions as ${directory} does`,
    companies: 'Companies',
    people: (count) => `${count} people`,
    peopleTitle: 'People',
    hireInto: (group) => `Hire into ${group}`,
    otherGroup: 'Another group',
    hire: 'Hire',
    search: 'Search people',
    columnPerson: 'Person',
    columnGroups: 'Groups',
    columnState: 'State',
    columnActions: 'Actions',
    active: 'Active',
    left: 'Left',
    noGroup: 'No group',
    move: 'Move',
    moveTo: (person) => `Move ${person} to`,
    leave: 'Leave',
    comeBack: 'Come back',
    delete: 'Delete',
    deleteHint: 'Okta never deletes over SCIM: it deactivates.',
    actionFor: (action, person) => `${action}: ${person}`,
    log: 'What Plantel was told',
    logEmpty: 'Nothing yet. Press a button: each request appears here with its answer.',
    logHint: 'Real SCIM requests over HTTP, newest first.',
    request: 'Request',
    answer: 'Answer',
    noAnswer: 'no answer',
    noBody: 'No body',
    watch: 'Watch it in the inbox',
    hired: (person, group) => `${person} was hired into ${group}. Plantel knows.`,
    moved: (person, group) => `${person} moved to ${group}. Plantel knows.`,
    leftNow: (person) => `${person} left. Plantel ended their access.`,
    cameBack: (person) => `${person} came back. Plantel knows.`,
    deleted: (person) => `${person} was deleted here and in Plantel.`,
    deactivatedOnly: (person) =>
      `${person} was deleted here. Plantel was told to deactivate: Okta never deletes over SCIM.`,
    refused: {
      'person-not-found': 'This person is no longer in the directory.',
      'group-not-found': 'This group is not in the directory.',
      'nobody-left-to-hire': 'Nobody is left to hire. Delete somebody first.',
    },
    failed: {
      unreachable: 'Plantel could not be reached.',
      'token-refused': 'Plantel refuses this connection’s token.',
      'not-found': 'Plantel does not know this person or group.',
      taken: 'Plantel has somebody or a group by this name already.',
      'not-understood': 'Plantel did not accept the request.',
      'too-many': 'Too many requests at once. Wait a moment.',
      'plantel-failed': 'Plantel failed. Its log says more.',
      unreadable: 'The answer was not SCIM.',
    },
    failedAction: 'It was not done. Press the button again to try once more.',
    signIn: 'Sign in',
    signInTo: 'to continue to the inbox',
    signInHint: 'Choose who you are',
    signInExpired: 'This sign-in is over. Start again from the inbox.',
    signInAgain: 'Back to the inbox',
    signInGoOn: 'Continue',
    inactiveHint: 'People who have left are not offered.',
  },
  es: {
    title: 'Directorio',
    simulated: 'Simulado',
    behavesLike: (directory) => `Aprovisiona como ${directory}`,
    companies: 'Empresas',
    people: (count) => `${count} personas`,
    peopleTitle: 'Personas',
    hireInto: (group) => `Contratar en ${group}`,
    otherGroup: 'Otro grupo',
    hire: 'Contratar',
    search: 'Buscar personas',
    columnPerson: 'Persona',
    columnGroups: 'Grupos',
    columnState: 'Estado',
    columnActions: 'Acciones',
    active: 'Activo',
    left: 'De baja',
    noGroup: 'Sin grupo',
    move: 'Mover',
    moveTo: (person) => `Mover a ${person} a`,
    leave: 'Dar de baja',
    comeBack: 'Reincorporar',
    delete: 'Eliminar',
    deleteHint: 'Okta nunca elimina por SCIM: desactiva.',
    actionFor: (action, person) => `${action}: ${person}`,
    log: 'Lo que se le dijo a Plantel',
    logEmpty: 'Nada todavía. Pulsa un botón: aquí aparece cada solicitud con su respuesta.',
    logHint: 'Solicitudes SCIM reales por HTTP, la más reciente arriba.',
    request: 'Solicitud',
    answer: 'Respuesta',
    noAnswer: 'sin respuesta',
    noBody: 'Sin cuerpo',
    watch: 'Verlo en el buzón',
    hired: (person, group) => `${person} se incorporó a ${group}. Plantel ya lo sabe.`,
    moved: (person, group) => `${person} pasó a ${group}. Plantel ya lo sabe.`,
    leftNow: (person) => `${person} se dio de baja. Plantel le quitó el acceso.`,
    cameBack: (person) => `${person} se reincorporó. Plantel ya lo sabe.`,
    deleted: (person) => `${person} se eliminó aquí y en Plantel.`,
    deactivatedOnly: (person) =>
      `${person} se eliminó aquí. A Plantel se le pidió desactivar: Okta nunca elimina por SCIM.`,
    refused: {
      'person-not-found': 'Esta persona ya no está en el directorio.',
      'group-not-found': 'Este grupo no está en el directorio.',
      'nobody-left-to-hire': 'No queda nadie por contratar. Elimina antes a alguien.',
    },
    failed: {
      unreachable: 'No se pudo contactar con Plantel.',
      'token-refused': 'Plantel rechaza el token de esta conexión.',
      'not-found': 'Plantel no conoce a esta persona o grupo.',
      taken: 'En Plantel ya existe alguien o un grupo con ese nombre.',
      'not-understood': 'Plantel no aceptó la solicitud.',
      'too-many': 'Demasiadas solicitudes a la vez. Espera un momento.',
      'plantel-failed': 'Plantel falló. Su registro dice más.',
      unreadable: 'La respuesta no era SCIM.',
    },
    failedAction: 'No se hizo. Pulsa el botón otra vez para reintentarlo.',
    signIn: 'Iniciar sesión',
    signInTo: 'para continuar al buzón',
    signInHint: 'Elige quién eres',
    signInExpired: 'Este inicio de sesión terminó. Empieza de nuevo desde el buzón.',
    signInAgain: 'Volver al buzón',
    signInGoOn: 'Continuar',
    inactiveHint: 'Quienes se dieron de baja no aparecen.',
  },
  'pt-BR': {
    title: 'Diretório',
    simulated: 'Simulado',
    behavesLike: (directory) => `Provisiona como o ${directory}`,
    companies: 'Empresas',
    people: (count) => `${count} pessoas`,
    peopleTitle: 'Pessoas',
    hireInto: (group) => `Contratar em ${group}`,
    otherGroup: 'Outro grupo',
    hire: 'Contratar',
    search: 'Buscar pessoas',
    columnPerson: 'Pessoa',
    columnGroups: 'Grupos',
    columnState: 'Situação',
    columnActions: 'Ações',
    active: 'Ativo',
    left: 'Desligado',
    noGroup: 'Sem grupo',
    move: 'Mover',
    moveTo: (person) => `Mover ${person} para`,
    leave: 'Desligar',
    comeBack: 'Readmitir',
    delete: 'Excluir',
    deleteHint: 'O Okta nunca exclui por SCIM: ele desativa.',
    actionFor: (action, person) => `${action}: ${person}`,
    log: 'O que foi dito ao Plantel',
    logEmpty: 'Nada ainda. Aperte um botão: cada requisição aparece aqui com a resposta.',
    logHint: 'Requisições SCIM reais por HTTP, a mais recente no topo.',
    request: 'Requisição',
    answer: 'Resposta',
    noAnswer: 'sem resposta',
    noBody: 'Sem corpo',
    watch: 'Ver na caixa de entrada',
    hired: (person, group) => `${person} entrou em ${group}. O Plantel já sabe.`,
    moved: (person, group) => `${person} foi para ${group}. O Plantel já sabe.`,
    leftNow: (person) => `${person} foi desligado(a). O Plantel encerrou o acesso.`,
    cameBack: (person) => `${person} voltou. O Plantel já sabe.`,
    deleted: (person) => `${person} foi excluído(a) aqui e no Plantel.`,
    deactivatedOnly: (person) =>
      `${person} foi excluído(a) aqui. O Plantel recebeu a desativação: o Okta nunca exclui por SCIM.`,
    refused: {
      'person-not-found': 'Esta pessoa não está mais no diretório.',
      'group-not-found': 'Este grupo não está no diretório.',
      'nobody-left-to-hire': 'Não há mais ninguém para contratar. Exclua alguém antes.',
    },
    failed: {
      unreachable: 'Não foi possível contatar o Plantel.',
      'token-refused': 'O Plantel recusa o token desta conexão.',
      'not-found': 'O Plantel não conhece esta pessoa ou grupo.',
      taken: 'Já existe alguém ou um grupo com esse nome no Plantel.',
      'not-understood': 'O Plantel não aceitou a requisição.',
      'too-many': 'Requisições demais ao mesmo tempo. Aguarde um momento.',
      'plantel-failed': 'O Plantel falhou. O registro dele diz mais.',
      unreadable: 'A resposta não era SCIM.',
    },
    failedAction: 'Não foi feito. Aperte o botão de novo para tentar outra vez.',
    signIn: 'Entrar',
    signInTo: 'para continuar na caixa de entrada',
    signInHint: 'Escolha quem você é',
    signInExpired: 'Este login terminou. Comece de novo pela caixa de entrada.',
    signInAgain: 'Voltar à caixa de entrada',
    signInGoOn: 'Continuar',
    inactiveHint: 'Quem foi desligado não aparece.',
  },
}
