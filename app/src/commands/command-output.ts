/** What a command did: for people by default, for programs with `--json`. */
export interface CommandReport {
  lines: readonly string[]
  json: Record<string, unknown>
}

/** How the report is asked for. */
export interface OutputOptions {
  json?: boolean
}

export function printReport(report: CommandReport, { json = false }: OutputOptions): void {
  const text = json ? JSON.stringify(report.json, undefined, 2) : report.lines.join('\n')
  process.stdout.write(`${text}\n`)
}
