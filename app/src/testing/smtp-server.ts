import net from 'node:net'

/** A mail server that takes one sentence at a time and keeps what it was told (RFC 5321); `refusalOf` answers for it. */
export function createSmtpServer(
  refusalOf: (line: string) => string | undefined = () => undefined,
): { server: net.Server; heard: string[] } {
  const heard: string[] = []
  const server = net.createServer((socket) => {
    let inData = false
    socket.write('220 mail.example ready\r\n')
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n').slice(0, -1)) {
        heard.push(line)
        if (inData) {
          if (line !== '.') continue
          inData = false
          socket.write('250 taken\r\n')
        } else if (line.startsWith('DATA')) {
          inData = true
          socket.write('354 go on\r\n')
        } else if (line.startsWith('QUIT')) socket.end('221 bye\r\n')
        else socket.write(`${refusalOf(line) ?? '250 fine'}\r\n`)
      }
    })
  })
  return { server, heard }
}
