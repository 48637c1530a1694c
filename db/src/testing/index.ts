export { seedWorkspace } from './seed-workspace.ts'
export { createTestDatabase, type TestDatabase } from './test-database.ts'
export { type TestEngine, testEngines } from './test-engines.ts'
