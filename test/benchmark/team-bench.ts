import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { createId, inInstallation, inWorkspace, openDatabase } from '@plantel/db'
import { createPool } from '@plantel/db/testing'
import { createHost, createHostKey, createWorkspace } from '@plantel/team'

import { createDataFolder, findFreePort, startPlantel } from '../support/plantel-process.ts'
import { type BenchmarkDatabase, openBenchmarkDatabase } from './benchmark-database.ts'

/** Plantel over a database whose owner is no superuser, and a bare server over the same rows. */
export interface TeamBench {
  db: BenchmarkDatabase
  url: string
  bare: string
  hostKey: string
  large: BenchWorkspace
  small: BenchWorkspace
  stop(): Promise<void>
}

/** A workspace of people with names from many languages. */
export interface BenchWorkspace {
  id: string
  token: string
  memberIds: string[]
}

const actor = { kind: 'system', id: null, requestId: 'benchmark' } as const

/** Starts both servers and fills two workspaces. */
export async function startTeamBench(large: number, small: number): Promise<TeamBench> {
  const db = await openBenchmarkDatabase()
  const url = await createOwnDatabase(db)
  const data = await createDataFolder()
  const port = await findFreePort()
  const publicUrl = `http://localhost:${port}`
  const plantel = await startPlantel(data.folder, port, {
    DATABASE_URL: url,
    PLANTEL_SECRET: randomBytes(32).toString('hex'),
    PLANTEL_PUBLIC_URL: publicUrl,
    PLANTEL_LOG_LEVEL: 'error',
    PLANTEL_HOST_REQUESTS_PER_MINUTE: '9999999',
    PLANTEL_MEMBER_REQUESTS_PER_MINUTE: '9999999',
    // `--cpu-prof` and the like, for Plantel only.
    NODE_OPTIONS: process.env['BENCH_NODE_OPTIONS'] ?? '',
  })
  const { hostKey, create } = await createInstallation(url, publicUrl)
  const workspaces = { large: await create('large', large), small: await create('small', small) }
  const bare = await startBare(url, workspaces.large.id)
  return {
    db,
    url: publicUrl,
    bare: bare.url,
    hostKey,
    ...workspaces,
    async stop() {
      bare.stop()
      await plantel.stop()
      await data.remove()
      await db.close()
    },
  }
}

/** A database as an operator has it: its owner may make roles and is no superuser. */
async function createOwnDatabase({ pool, url }: BenchmarkDatabase): Promise<string> {
  const name = `bench_${randomBytes(6).toString('hex')}`
  await pool.query(`create role ${name} login createrole nosuperuser password '${name}'`)
  await pool.query(`grant plantel_app to ${name}`)
  await pool.query(`create database ${name} owner ${name}`)
  const own = new URL(url)
  own.username = name
  own.password = name
  own.pathname = `/${name}`
  return own.href
}

interface Installation {
  hostKey: string
  create: (slug: string, size: number) => Promise<BenchWorkspace>
}

async function createInstallation(databaseUrl: string, publicUrl: string): Promise<Installation> {
  const database = await openDatabase({ engine: 'postgres', url: databaseUrl })
  const { hostId, plainKey } = await inInstallation(database, async (query) => {
    const { id } = await createHost(query, { name: 'Benchmark', allowedOrigins: [] })
    return { hostId: id, ...(await createHostKey(query, id, { name: 'benchmark' })) }
  })
  await database.close()
  const owner = createPool({ connectionString: databaseUrl, max: 1 }, undefined)
  return {
    hostKey: plainKey,
    async create(slug, size) {
      const id = createId()
      const database = await openDatabase({ engine: 'postgres', url: databaseUrl })
      const { ownerMemberId } = await inWorkspace(database, id, actor, (trx) =>
        createWorkspace(trx, {
          hostId,
          slug,
          name: slug,
          preset: 'respond',
          locale: 'en',
          timeZone: 'UTC',
          owner: { email: `owner@${slug}.example`, displayName: 'Olive Owner' },
          departments: ['Sales', 'Support'],
          channels: [{ key: 'wa', name: 'WhatsApp' }],
        }),
      )
      await database.close()
      const { rows } = await owner.query<{ id: string }>(fillPeople, [id, size])
      await owner.query('vacuum analyze')
      const response = await fetch(`${publicUrl}/host/v1/widget-tokens`, {
        method: 'POST',
        headers: { authorization: `Bearer ${plainKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ workspace: id, member: ownerMemberId }),
      })
      const { token } = (await response.json()) as { token: string }
      return { id, token, memberIds: rows.map((row) => row.id) }
    },
  }
}

/** SQL for (workspace, number). Active agents with a department and a channel; their names and domains are spread over 40 × 60 × 20. */
export const fillPeople = `
  with given as (select unnest('{Ana,Ángel,Beatriz,Carlos,Chloé,Dmitri,Eva,Fatima,Gonçalo,Hanna,Ingrid,Jorge,Katya,
    Liam,Lucía,Marta,Mohamed,Noah,Olga,Paulo,Quim,Rosa,Sofía,Tomás,Uma,Víctor,Wanda,Ximena,Yuki,Zoë,Aarav,Bruno,
    Camila,Diego,Elena,Félix,Greta,Hugo,Irene,João}'::text[]) as name),
  family as (select unnest('{Almeida,Bauer,Castro,Dubois,Eriksen,Fernández,García,Herrera,Ivanov,Jensen,Kowalski,
    López,Martínez,Núñez,Oliveira,Pérez,Quispe,Rodríguez,Silva,Torres,Ueda,Vargas,Weber,Xu,Yamada,Zapata,Araujo,
    Bianchi,Costa,Díaz,Esposito,Ferrari,Gómez,Hoffmann,Iglesias,Jiménez,Klein,Lima,Moreno,Navarro,Ortiz,Pinto,
    Ramírez,Sánchez,Suárez,Teixeira,Ulloa,Vega,Wagner,Ximénez,Young,Zimmermann,Acosta,Blanco,Cardoso,Domínguez,
    Escobar,Figueroa,Guerrero,Hidalgo}'::text[]) as name),
  names as (select row_number() over (order by md5(g.name || f.name)) as n, trim(both E' \\n' from g.name) as given,
    trim(both E' \\n' from f.name) as family from given g, family f),
  people as (
    select gen_random_uuid() as id, i, n.given || ' ' || n.family as name,
      lower(n.given) || '.' || lower(n.family) || i || '@team' || (i % 20) || '.example' as email
    from generate_series(1, $2::int) as i join names n on n.n = 1 + i % 2400
  ), role as (select id from roles where workspace_id = $1 and key = 'agent'),
  added as (
    insert into members (workspace_id, id, source, email, email_key, display_name, display_key, search_key, state,
      role_id, conversation_access, access_valid_from, activated_at, last_active_at)
    select $1, p.id, 'manual', p.email, p.email, p.name,
      lower(regexp_replace(normalize(p.name, nfkd), '[\\u0300-\\u036f]', '', 'g')),
      lower(regexp_replace(normalize(p.name || E'\\n' || p.email, nfkd), '[\\u0300-\\u036f]', '', 'g')),
      'active', role.id, 'departments', '2000-01-01', now(), now() - make_interval(mins => p.i)
    from people p, role returning id
  ), held as (
    insert into grants
      (workspace_id, id, member_id, kind, role_id, department_id, channel_id, source, effective, request_id)
    select $1, gen_random_uuid(), a.id, k.kind, k.role_id, k.department_id, k.channel_id, 'local', true, 'benchmark'
    from added a cross join lateral (
      (select 'department' as kind, null::uuid as role_id, d.id as department_id, null::uuid as channel_id
        from departments d where d.workspace_id = $1 order by md5(d.id::text || a.id::text) limit 1)
      union all
      (select 'channel', null, null, c.id from channels c where c.workspace_id = $1)
      union all
      (select 'role', role.id, null, null from role)
    ) k
  )
  select id from added`

async function startBare(
  databaseUrl: string,
  workspaceId: string,
): Promise<{ url: string; stop: () => void }> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=plantel:source',
      fileURLToPath(new URL('./team-server.ts', import.meta.url)),
      JSON.stringify({ databaseUrl, workspaceId }),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { url: line.toString().trim(), stop: () => void child.kill() }
}
