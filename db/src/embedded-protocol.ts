/** What an embedded PostgreSQL needs to start in its worker. */
export interface EmbeddedStart {
  /** PostgreSQL's own data folder, or undefined to keep everything in memory. */
  dataFolder: string | undefined
  /** A dumped data folder (tar) to begin from, in memory only. */
  template?: Uint8Array<ArrayBuffer>
  maintenance: MaintenanceLimits
}

/** When the embedded database tidies up; a server does this by itself, PGlite does not. */
export interface MaintenanceLimits {
  /** How often it looks. */
  everyMs: number
  /** Write-ahead log that makes a checkpoint due at once. */
  walBytes: number
  /** Write-ahead log that makes one due while nobody asks anything. */
  idleWalBytes: number
  /** How long without a question counts as idle. */
  idleMs: number
  /** Changed rows of one table that make a VACUUM due, besides a tenth of its rows. */
  changedRows: number
}

/** To the worker: wire protocol bytes (each answered by one `Uint8Array`), or an order. */
export type EmbeddedRequest = Uint8Array | 'new-session' | 'dump' | 'close'

/** From the worker: wire protocol bytes, or news. */
export type EmbeddedReply =
  | Uint8Array
  | 'ready'
  | 'maintenance-began'
  | 'maintenance-ended'
  | { dump: Uint8Array<ArrayBuffer> }
