import { type Company, employeesOf } from './company.ts'

/** A telephone company in Brazil whose directory behaves like Microsoft Entra ID. */
export const globex: Company = {
  slug: 'globex',
  name: 'Globex Telecom',
  preset: 'whaticket',
  locale: 'pt-BR',
  timeZone: 'America/Sao_Paulo',
  emailDomain: 'globex.example',
  directory: 'entra',
  owner: { email: 'helena.brandao@globex-owner.example', displayName: 'Helena Brandão' },
  departments: ['Vendas', 'Suporte', 'Cobrança', 'Instalações', 'Recursos Humanos'],
  channels: [
    { key: 'whatsapp-vendas', name: 'WhatsApp Vendas' },
    { key: 'whatsapp-suporte', name: 'WhatsApp Suporte' },
    { key: 'instagram', name: 'Instagram' },
  ],
  groups: [
    {
      name: 'Vendas-BR',
      rule: { role: 'user', departments: ['Vendas'], channels: ['whatsapp-vendas', 'instagram'] },
    },
    {
      name: 'Suporte-N1',
      rule: { role: 'user', departments: ['Suporte'], channels: ['whatsapp-suporte'] },
    },
    {
      name: 'Suporte-N2',
      rule: {
        role: 'user',
        departments: ['Suporte', 'Instalações'],
        channels: ['whatsapp-suporte'],
      },
    },
    {
      name: 'Cobranca',
      rule: { role: 'user', departments: ['Cobrança'], channels: ['whatsapp-vendas'] },
    },
    {
      name: 'Instalacoes',
      rule: { role: 'user', departments: ['Instalações'], channels: ['whatsapp-suporte'] },
    },
    {
      name: 'RH',
      rule: { role: 'user', departments: ['Recursos Humanos'], channels: ['instagram'] },
    },
    {
      name: 'Inbox-Admins',
      rule: {
        role: 'administrator',
        channels: ['whatsapp-vendas', 'whatsapp-suporte', 'instagram'],
        supervisor: true,
      },
    },
    // Nobody mapped it, so its people have no access: the widget shows that too.
    { name: 'Terceirizados' },
  ],
  hiringGroup: 'Vendas-BR',
  employees: [
    ...employeesOf(['Vendas-BR', 'Inbox-Admins'], [['Thaís', 'Vasconcelos', 'Diretora comercial']]),
    ...employeesOf(['Suporte-N2', 'Inbox-Admins'], [['Otávio', 'Guimarães', 'Gerente de suporte']]),
    ...employeesOf('Vendas-BR', [
      ['Letícia', 'Araújo', 'Consultora de vendas'],
      ['Caio', 'Monteiro', 'Consultor de vendas'],
      ['Priscila', 'Assunção', 'Consultora de vendas'],
      ['Emily', 'Hargreaves', 'Enterprise sales'],
      ['Joaquín', 'Larrañaga', 'Ejecutivo de cuentas'],
    ]),
    ...employeesOf('Suporte-N1', [
      ['Débora', 'Conceição', 'Atendente'],
      ['Rafael', 'Simões', 'Atendente'],
      ['Bianca', 'Leão', 'Atendente'],
      ['Vinícius', 'Paixão', 'Atendente'],
      ['Aline', 'Gonçalves', 'Atendente'],
    ]),
    ...employeesOf('Suporte-N2', [
      ['Márcio', 'Peçanha', 'Analista de redes'],
      ['George', 'Pemberton', 'Network engineer'],
    ]),
    ...employeesOf('Cobranca', [
      ['Sílvia', 'Magalhães', 'Analista de cobrança'],
      ['Fábio', 'Brandt', 'Analista de cobrança'],
    ]),
    ...employeesOf('Instalacoes', [
      ['Élcio', 'Nóbrega', 'Técnico de campo'],
      ['Tânia', 'Falcão', 'Coordenadora de campo'],
      ['Wagner', 'Antunes', 'Técnico de campo'],
    ]),
    ...employeesOf('RH', [['Lívia', 'Camargo', 'Parceira de RH']]),
    ...employeesOf('Terceirizados', [['Murilo', 'Sant’Anna', 'Instalador terceirizado']]),
    ...employeesOf('Suporte-N1', [['Renan', 'Beltrão', 'Atendente']], false),
  ],
  candidates: employeesOf('Vendas-BR', [
    ['Júlia', 'Pacheco', 'Consultora de vendas'],
    ['Estêvão', 'Moraes', 'Consultor de vendas'],
    ['Natália', 'Ribeirão', 'Atendente'],
    ['Oliver', 'Kingsley', 'Sales engineer'],
    ['Pilar', 'Echeñique', 'Ejecutiva de cuentas'],
    ['Davi', 'Serpa', 'Atendente'],
    ['Mônica', 'Tavares', 'Analista'],
    ['Luan', 'Coutinho', 'Atendente'],
    ['Cecília', 'Prates', 'Consultora de vendas'],
    ['Heitor', 'Aguiar', 'Analista'],
  ]),
}
