import { type ExampleName, exampleNames, startExampleHost } from './host-server.ts'

const [name = 'plain', workspace = 'acme', member = ''] = process.argv.slice(2)
const {
  PLANTEL_URL: plantelUrl = 'http://localhost:3000',
  PLANTEL_HOST_KEY: hostKey = '',
  PORT: port = '4000',
} = process.env

if (!exampleNames.some((each) => each === name) || hostKey === '' || member === '') {
  console.error(
    `Usage: PLANTEL_HOST_KEY=plt_host_… node start.ts ${exampleNames.join('|')} <workspace> <member's id>`,
  )
  process.exit(2)
}

const { url } = await startExampleHost(
  { name: name as ExampleName, plantelUrl, hostKey, member: () => member },
  Number(port),
)
console.info(`${url}/?workspaces=${workspace} (an allowed origin of the host: ${url})`)
