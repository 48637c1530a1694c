export type * from './event-stream.ts'
export type * from './members.ts'
export type * from './problem.ts'
export type * from './workspace.ts'
