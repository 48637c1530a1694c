import { type Html, html } from './pages/html.ts'
import { icon } from './pages/icons.ts'
import type { Language } from './pages/language.ts'
import { languageLinks, layout } from './pages/layout.ts'

interface StartMessages {
  title: string
  lead: string
  stepsTitle: string
  steps: { title: string; text: string; action: string }[]
  placesTitle: string
  inbox: [string, string]
  directory: [string, string]
  mailbox: [string, string]
  real: string
}

const messages: Record<Language, StartMessages> = {
  en: {
    title: 'A team that follows the company directory',
    lead: 'Plantel keeps the team of a customer-messaging inbox in step with Okta, Entra ID and others. Here it runs whole, on your machine: an inbox, two corporate directories, and Plantel between them.',
    stepsTitle: 'Three things to try',
    steps: [
      {
        title: 'See the team',
        text: 'The inbox “Buzón” embeds Plantel’s Team widget under Settings → Team. You look as the owner.',
        action: 'Open the team',
      },
      {
        title: 'Hire somebody',
        text: 'In a second window press “Hire into Ventas-MX”. The directory sends SCIM; the new person appears in the widget without a reload.',
        action: 'Open the directory',
      },
      {
        title: 'Sign in as them, then let them leave',
        text: 'Sign in to the inbox as the new person through their company. Press “Leave” in the directory: their next click is refused.',
        action: 'Sign in',
      },
    ],
    placesTitle: 'Everything here',
    inbox: ['Inbox', 'Buzón, the product that embeds Plantel'],
    directory: ['Directory', 'Acme as Okta, Globex as Entra ID'],
    mailbox: ['Mailbox', 'Mail that would have been sent'],
    real: 'The requests are real: SCIM, OpenID Connect, SAML, webhooks and a federated widget over HTTP. Only the people are made up.',
  },
  es: {
    title: 'Un equipo que sigue al directorio de la empresa',
    lead: 'Plantel mantiene el equipo de un buzón de mensajería al día con Okta, Entra ID y otros. Aquí funciona completo, en tu equipo: un buzón, dos directorios corporativos y Plantel en medio.',
    stepsTitle: 'Tres cosas para probar',
    steps: [
      {
        title: 'Mira el equipo',
        text: 'El buzón “Buzón” integra el widget de Plantel en Configuración → Equipo. Lo ves como la propietaria.',
        action: 'Abrir el equipo',
      },
      {
        title: 'Contrata a alguien',
        text: 'En otra ventana pulsa “Contratar en Ventas-MX”. El directorio envía SCIM y la persona aparece en el widget sin recargar.',
        action: 'Abrir el directorio',
      },
      {
        title: 'Entra como esa persona y dale de baja',
        text: 'Inicia sesión en el buzón con su empresa. Pulsa “Dar de baja” en el directorio: su siguiente clic se rechaza.',
        action: 'Iniciar sesión',
      },
    ],
    placesTitle: 'Todo lo que hay aquí',
    inbox: ['Buzón', 'El producto que integra Plantel'],
    directory: ['Directorio', 'Acme como Okta, Globex como Entra ID'],
    mailbox: ['Correo', 'El correo que se habría enviado'],
    real: 'Las solicitudes son reales: SCIM, OpenID Connect, SAML, webhooks y un widget federado por HTTP. Solo las personas son inventadas.',
  },
  'pt-BR': {
    title: 'Uma equipe que acompanha o diretório da empresa',
    lead: 'O Plantel mantém a equipe de uma caixa de entrada de mensagens em dia com Okta, Entra ID e outros. Aqui ele roda inteiro, na sua máquina: uma caixa de entrada, dois diretórios corporativos e o Plantel entre eles.',
    stepsTitle: 'Três coisas para experimentar',
    steps: [
      {
        title: 'Veja a equipe',
        text: 'A caixa “Buzón” incorpora o widget do Plantel em Configurações → Equipe. Você vê como a proprietária.',
        action: 'Abrir a equipe',
      },
      {
        title: 'Contrate alguém',
        text: 'Em outra janela, aperte “Contratar em Ventas-MX”. O diretório envia SCIM e a pessoa aparece no widget sem recarregar.',
        action: 'Abrir o diretório',
      },
      {
        title: 'Entre como essa pessoa e depois a desligue',
        text: 'Entre na caixa pela empresa dela. Aperte “Desligar” no diretório: o próximo clique dela é recusado.',
        action: 'Entrar',
      },
    ],
    placesTitle: 'Tudo o que há aqui',
    inbox: ['Caixa de entrada', 'Buzón, o produto que incorpora o Plantel'],
    directory: ['Diretório', 'Acme como Okta, Globex como Entra ID'],
    mailbox: ['E-mails', 'O que teria sido enviado'],
    real: 'As requisições são reais: SCIM, OpenID Connect, SAML, webhooks e um widget federado por HTTP. Só as pessoas são inventadas.',
  },
}

const stepLinks = [
  '/inbox/team?company=acme',
  '/directory/acme',
  '/inbox/sign-in?company=acme&again=1',
]

/** What a newcomer sees first: what this is and what to press. */
export function startPage(language: Language): Html {
  const t = messages[language]
  return layout({
    language,
    title: 'Plantel · Demo',
    look: 'start',
    body: html`
      <header>
        <span class="wordmark"><span class="mark" aria-hidden="true"></span> Plantel</span>
        ${languageLinks(language, '/')}
      </header>
      <main>
        <h1>${t.title}</h1>
        <p class="lead">${t.lead}</p>
        <h2>${t.stepsTitle}</h2>
        <ol class="steps">
          ${t.steps.map(
            ({ title, text, action }, index) =>
              html`<li>
                <h3>${title}</h3>
                <p>${text}</p>
                <a class="button" href="${stepLinks[index]}" ${index > 0 && html`target="_blank"`}
                  >${action} ${icon('arrow')}</a
                >
              </li>`,
          )}
        </ol>
        <h2>${t.placesTitle}</h2>
        <ul class="places">
          ${place('/inbox', icon('inbox'), t.inbox)}
          ${place('/directory', icon('building'), t.directory)}
          ${place('/mailbox', icon('mail'), t.mailbox)}
        </ul>
        <p class="real">${t.real}</p>
      </main>
    `,
  })
}

function place(href: string, icon: Html, [name, text]: [string, string]): Html {
  return html`<li>
    <a href="${href}"
      >${icon}<span><strong>${name}</strong><span>${text}</span></span></a
    >
  </li>`
}
