import type { Messages } from './messages.ts'

const team = (name: string | undefined): string => (name === undefined ? 'sua equipe' : name)

export const ptBr: Messages = {
  signInTitle: (name) => `Entrar em ${name}`,
  signInText: 'Sua conta da empresa abre a caixa de entrada. Não há outra senha.',
  continueWith: (name) => `Continuar com ${name}`,
  companySecurity: 'Você irá para a página de login da sua empresa.',
  workspaceTitle: 'Qual é o seu espaço de trabalho?',
  workspaceText:
    'Digite seu e-mail do trabalho ou o nome curto do espaço de trabalho da sua equipe.',
  workspaceLabel: 'E-mail do trabalho ou espaço de trabalho',
  workspaceHint: 'Por exemplo ana@northwind.example ou northwind.',
  workspaceNotFound: (entered) =>
    `Nada aqui corresponde a “${entered}”. Verifique a grafia ou digite o nome curto do espaço de trabalho.`,
  next: 'Continuar',
  signedInTitle: 'Você entrou',
  signedInText: 'Você pode fechar esta página e voltar à sua caixa de entrada.',
  signOutTitle: 'Sair?',
  signOutText: 'Você sairá da caixa de entrada neste navegador.',
  signOutConfirm: 'Sair',
  signOutCancel: 'Continuar conectado',
  signedOutTitle: 'Você saiu',
  signedOutText: 'Você pode fechar esta página.',
  otherAccount: 'Usar outra conta',
  retry: 'Tentar de novo',
  reference: (reference) => `Referência ${reference}`,
  password: {
    or: 'ou',
    signInText: 'Use sua conta da empresa, ou o e-mail e a senha da sua conta aqui.',
    emailLabel: 'E-mail',
    label: 'Senha',
    labelOrCode: 'Senha ou código de recuperação',
    signIn: 'Entrar',
    forgotten: 'Esqueceu a senha?',
    emergency: 'Proprietários: entrar com senha',
    wrong: 'E-mail e senha não conferem. Verifique os dois ou escolha uma nova senha.',
    tooManyAttempts: (minutes) =>
      `Tentativas demais. Espere ${minutes === 1 ? 'um minuto' : `${minutes} minutos`} e tente de novo, ou escolha uma nova senha.`,
    resetTitle: 'Escolha uma nova senha',
    resetText: (name) => `Digite o e-mail da sua conta em ${name}. Vamos enviar um link.`,
    sendLink: 'Enviar o link',
    linkSentTitle: 'Veja seu e-mail',
    linkSentText: (email) =>
      `Se ${email} tiver uma conta aqui, o link já está a caminho. Ele vale uma única vez, por 30 minutos. Não chegou? Olhe no spam ou fale com um administrador.`,
    newTitle: 'Sua nova senha',
    newText: (email) => `Para ${email}. Suas outras sessões serão encerradas.`,
    newLabel: 'Nova senha',
    hint: (min) => `Pelo menos ${min} caracteres. Algumas palavras são fáceis de lembrar.`,
    flaws: {
      'too-short': 'É curta demais. Acrescente alguns caracteres.',
      'too-long': 'É longa demais. No máximo 256 caracteres.',
      guessable: 'É fácil de adivinhar. Não use seu nome, seu e-mail nem sequências simples.',
    },
    save: 'Salvar a senha',
    savedTitle: 'Sua senha foi salva',
    savedText: 'Você já pode entrar com ela.',
    goToInbox: 'Ir para a caixa de entrada',
  },
  invitation: {
    title: (name) => `Boas-vindas a ${name}`,
    text: ({ inviter, role }) =>
      `${inviter ?? 'Sua equipe'} convidou você${role === null ? '' : ` como ${role}`}. Mais um passo e você já está dentro.`,
    messageFrom: (inviter) => (inviter === null ? 'Mensagem' : `${inviter} escreve`),
    emailIs: (email) => `Você vai entrar como ${email}.`,
    givenName: 'Nome',
    familyName: 'Sobrenome',
    displayName: 'Seu nome',
    displayNameHint: 'Seu nome ou o da sua empresa: sua equipe vai ver.',
    phone: 'Telefone',
    optional: 'opcional',
    nameMissing: 'Digite um nome.',
    terms: ['Aceito os ', 'termos e a transferência dos meus dados', '.'],
    termsMissing: 'Sem o seu consentimento não é possível abrir a conta.',
    companyText: 'Você entra com sua conta da empresa. Não há outra senha.',
  },
  ownership: {
    title: (name) => `De quem é ${name}?`,
    give: ({ to, role }) =>
      `Você passa o espaço de trabalho a ${to} e se torna ${role}. Acontece assim que os dois concordarem.`,
    take: ({ from }) =>
      `${from} passa o espaço de trabalho a você. Acontece assim que os dois concordarem.`,
    confirm: 'Concordo',
    doneTitle: 'Obrigado',
    waiting: (name) =>
      `Agora falta ${name} concordar. O link no e-mail dessa pessoa vale por 30 minutos.`,
    completed: (owner, name) => `Agora o espaço ${name} pertence a ${owner}.`,
  },
  emailChange: {
    title: 'Este é o seu novo endereço?',
    text: (email, name) => `A partir de agora você entra em ${name} como ${email}.`,
    signedOut: 'Todas as suas sessões são encerradas e você entra de novo com o novo endereço.',
    confirm: 'Usar este endereço',
    doneTitle: 'Seu endereço foi alterado',
    doneText: (email) => `Vá para a sua caixa de entrada e entre como ${email}.`,
  },
  refusals: {
    addressTaken: {
      title: 'Este endereço já está em uso',
      text: (name) =>
        `Alguém de ${team(name)} já entra com ele. Peça a alteração com outro endereço.`,
    },
    companyRefused: {
      title: 'Sua empresa não liberou a entrada',
      text: () =>
        'A página de login da sua empresa recusou ou cancelou o pedido. Tente de novo ou pergunte à sua equipe de TI se este aplicativo está atribuído a você.',
    },
    companyUnreachable: {
      title: 'A página de login da sua empresa não responde',
      text: () => 'Espere um momento e tente de novo. Se continuar, avise sua equipe de TI.',
    },
    linkExpired: {
      title: 'Este link expirou',
      text: (name) => `Peça um novo a um administrador de ${team(name)}.`,
    },
    linkReplaced: {
      title: 'Há um link mais novo',
      text: () => 'Este foi substituído. Abra o e-mail mais recente na sua caixa.',
    },
    linkUnknown: {
      title: 'Este link não funciona',
      text: () =>
        'Talvez tenha sido cortado no caminho. Copie o endereço completo do e-mail ou peça um novo a quem o enviou.',
    },
    linkUsed: {
      title: 'Este link já foi usado',
      text: () => 'Ele vale uma única vez. Se foi você, vá à sua caixa de entrada e entre.',
    },
    linkWithdrawn: {
      title: 'Este link foi retirado',
      text: (name) => `Pergunte a um administrador de ${team(name)} se foi de propósito.`,
    },
    noAccess: {
      title: 'No momento você não tem acesso',
      text: (name) => `Peça a um administrador de ${team(name)} que libere seu acesso.`,
    },
    noAccount: {
      title: 'Ainda não conhecemos você',
      text: (name) =>
        `Sua conta da empresa está certa, mas ninguém adicionou você a ${team(name)}. Peça a um administrador ou à sua equipe de TI que adicione você.`,
    },
    notSetUp: {
      title: 'O login da empresa não está configurado',
      text: (name) => `Peça a um administrador de ${team(name)} que configure ou ative o login.`,
    },
    notVerified: {
      title: 'Não conseguimos verificar seu login',
      text: () =>
        'A resposta da página da sua empresa não passou nas nossas verificações. Tente de novo. Se continuar, informe a referência abaixo à sua equipe de TI.',
    },
    requestUnknown: {
      title: 'Sua caixa de entrada enviou um pedido que não reconhecemos',
      text: () =>
        'Você não fez nada de errado, e tentar de novo não vai adiantar. Avise quem administra sua caixa de entrada: a equipe de desenvolvimento deve verificar o identificador do cliente (client_id) e a URI de redirecionamento (redirect_uri).',
    },
    tooManyAttempts: {
      title: 'Tentativas demais',
      text: () => 'Espere alguns minutos e tente de novo.',
    },
    tryAgain: {
      title: 'Este login expirou',
      text: () =>
        'Demorou demais, já foi usado ou começou em outro navegador. Volte à sua caixa de entrada e comece de novo.',
    },
    unexpected: {
      title: 'Algo deu errado do nosso lado',
      text: () => 'Tente de novo em um momento. Se continuar, informe a referência abaixo.',
    },
    workspaceUnknown: {
      title: 'Esse espaço de trabalho não existe',
      text: () =>
        'O endereço que você seguiu nomeia um espaço de trabalho que não existe aqui. Pergunte a quem o passou para você.',
    },
  },
}
