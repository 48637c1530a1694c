import { join, resolve } from 'node:path'

import { describe, expect, it } from 'vitest'

import { ConfigError, parseConfig } from './config.ts'

const secret = 'x'.repeat(32)
const installation = { PLANTEL_SECRET: secret, PLANTEL_PUBLIC_URL: 'https://team.example.com' }

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    parseConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('which mode', () => {
  it.each([
    ['nothing is set', {}, 'demo'],
    [
      'only port, folder and URL are set',
      { PORT: '9000', PLANTEL_DATA: '/tmp/p', PLANTEL_PUBLIC_URL: 'http://localhost:9000' },
      'demo',
    ],
    ['PLANTEL_DEMO=1 on PostgreSQL', { PLANTEL_DEMO: '1', DATABASE_URL: 'postgres://h/d' }, 'demo'],
    ['PLANTEL_DEMO=1 with a secret', { PLANTEL_DEMO: '1', PLANTEL_SECRET: secret }, 'demo'],
    ['a secret is set', installation, 'installation'],
    ['PLANTEL_DEMO=0', { ...installation, PLANTEL_DEMO: '0' }, 'installation'],
    [
      'database and secret are set',
      { ...installation, DATABASE_URL: 'postgres://h/d' },
      'installation',
    ],
    ['empty variables count as not set', { PLANTEL_SECRET: '', DATABASE_URL: ' ' }, 'demo'],
  ])('%s', (_, environment, mode) => {
    expect(parseConfig(environment).mode).toBe(mode)
  })
})

describe('what it becomes', () => {
  it('is complete and frozen without any variable', () => {
    const config = parseConfig({})
    expect(config).toEqual({
      mode: 'demo',
      host: 'localhost',
      port: 8080,
      dataFolder: resolve('.plantel'),
      database: { engine: 'pglite', folder: resolve('.plantel') },
      publicUrl: 'http://localhost:8080',
      secret: { kind: 'kept', file: resolve('.plantel', 'secret') },
      allowPrivateNetwork: [],
      trustProxy: false,
      logLevel: 'warn',
      requestsPerMinute: { hostKey: 60_000, member: 1_200 },
      presenceSeconds: 50,
      widgetCookie: undefined,
      mail: undefined,
    })
    expect(Object.isFrozen(config)).toBe(true)
  })

  it('takes everything that an installation sets', () => {
    expect(
      parseConfig({
        ...installation,
        DATABASE_URL: 'postgresql://plantel@db/plantel',
        PLANTEL_ALLOW_PRIVATE_NETWORK: 'http://idp.internal:8080, https://10.0.0.5',
        PLANTEL_TRUST_PROXY: 'loopback,10.0.0.0/8',
        PLANTEL_LOG_LEVEL: 'debug',
        PLANTEL_PRESENCE_SECONDS: '20',
        PLANTEL_WIDGET_COOKIE: '__Secure-plantel',
        PLANTEL_SMTP_URL: 'smtps://u:p@mail.example.com',
        PLANTEL_MAIL_FROM: 'Team <team@example.com>',
        PLANTEL_DATA: '/var/lib/plantel',
        PORT: '80',
      }),
    ).toMatchObject({
      host: undefined,
      port: 80,
      dataFolder: '/var/lib/plantel',
      database: { engine: 'postgres', url: 'postgresql://plantel@db/plantel' },
      secret: { kind: 'given', value: secret },
      allowPrivateNetwork: ['http://idp.internal:8080', 'https://10.0.0.5'],
      trustProxy: ['loopback', '10.0.0.0/8'],
      logLevel: 'debug',
      presenceSeconds: 20,
      widgetCookie: '__Secure-plantel',
      mail: { smtpUrl: 'smtps://u:p@mail.example.com', from: 'Team <team@example.com>' },
    })
  })

  it('follows the port in the demo URL and drops a trailing slash', () => {
    expect(parseConfig({ PORT: '9000' }).publicUrl).toBe('http://localhost:9000')
    expect(
      parseConfig({ ...installation, PLANTEL_PUBLIC_URL: 'https://a.example/' }).publicUrl,
    ).toBe('https://a.example')
  })

  it('keeps a generated secret in the data folder', () => {
    expect(parseConfig({ PLANTEL_DATA: '/data' }).secret).toEqual({
      kind: 'kept',
      file: join('/data', 'secret'),
    })
  })
})

describe('what it refuses', () => {
  it.each<[string, Record<string, string>, string[]]>([
    [
      'an installation without secret and URL, both at once',
      { PLANTEL_DEMO: '0' },
      ['PLANTEL_SECRET', 'PLANTEL_PUBLIC_URL'],
    ],
    [
      'a database without secret and URL',
      { DATABASE_URL: 'postgres://h/d' },
      ['PLANTEL_SECRET', 'PLANTEL_PUBLIC_URL'],
    ],
    ['a short secret', { ...installation, PLANTEL_SECRET: 'short' }, ['PLANTEL_SECRET']],
    [
      'plain http on a public name',
      { ...installation, PLANTEL_PUBLIC_URL: 'http://team.example.com' },
      ['PLANTEL_PUBLIC_URL'],
    ],
    [
      'a public URL with a path',
      { ...installation, PLANTEL_PUBLIC_URL: 'https://example.com/team' },
      ['PLANTEL_PUBLIC_URL'],
    ],
    [
      'an underscore in the public URL',
      { ...installation, PLANTEL_PUBLIC_URL: 'https://my_team.example.com' },
      ['PLANTEL_PUBLIC_URL'],
    ],
    [
      'another database',
      { ...installation, DATABASE_URL: 'mysql://root@localhost/x' },
      ['DATABASE_URL'],
    ],
    ['a port that is none', { PORT: '80a' }, ['PORT']],
    ['port 0', { PORT: '0' }, ['PORT']],
    ['a port beyond the last', { PORT: '65536' }, ['PORT']],
    ['a demo switch that is none', { PLANTEL_DEMO: 'yes' }, ['PLANTEL_DEMO']],
    ...['19', '601', 'soon'].map((seconds): [string, Record<string, string>, string[]] => [
      `${seconds} seconds of presence`,
      { PLANTEL_PRESENCE_SECONDS: seconds },
      ['PLANTEL_PRESENCE_SECONDS'],
    ]),
    ...['plantel', '__Secure-', '__secure-plantel', '__Host-plantel-widget', '__Host-a b'].map(
      (name): [string, Record<string, string>, string[]] => [
        `the widget's cookie by the name ${name} on https`,
        { ...installation, PLANTEL_WIDGET_COOKIE: name },
        ['PLANTEL_WIDGET_COOKIE'],
      ],
    ),
    [
      "the widget's cookie by a name as our own have",
      { PLANTEL_WIDGET_COOKIE: 'plantel-0a1b2c3d' },
      ['PLANTEL_WIDGET_COOKIE'],
    ],
    ['a log level that is none', { PLANTEL_LOG_LEVEL: 'loud' }, ['PLANTEL_LOG_LEVEL']],
    ['trust in every proxy', { PLANTEL_TRUST_PROXY: 'true' }, ['PLANTEL_TRUST_PROXY']],
    [
      'an allowed network that is no origin',
      { PLANTEL_ALLOW_PRIVATE_NETWORK: 'idp.internal' },
      ['PLANTEL_ALLOW_PRIVATE_NETWORK'],
    ],
    ['mail without a sender', { PLANTEL_SMTP_URL: 'smtp://mail' }, ['PLANTEL_MAIL_FROM']],
    ['a sender without mail', { PLANTEL_MAIL_FROM: 'a@b.c' }, ['PLANTEL_SMTP_URL']],
  ])('%s', (_, environment, names) => {
    const problems = problemsOf(environment)
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(names)
  })

  it('an unknown variable, naming the nearest one', () => {
    expect(problemsOf({ PLANTEL_PUBLIC_ULR: 'https://a.example' })).toEqual([
      'PLANTEL_PUBLIC_ULR is not a setting of Plantel: did you mean PLANTEL_PUBLIC_URL?',
    ])
  })

  it('several things, all listed', () => {
    expect(problemsOf({ PORT: 'x', PLANTEL_DEMO: 'x', PLANTEL_LOG_LEVEL: 'x' })).toHaveLength(3)
  })

  it('never repeats a password or the secret', () => {
    const text = problemsOf({
      PLANTEL_SECRET: 'hunter2',
      DATABASE_URL: 'mysql://root:hunter2@db/x',
      PLANTEL_SMTP_URL: 'http://u:hunter2@mail',
    }).join('\n')
    expect(text).not.toContain('hunter2')
  })
})
