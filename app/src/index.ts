export { type Config, ConfigError, parseConfig } from './config.ts'
export { StartError } from './listener.ts'
export { createLogger, type Logger } from './logger.ts'
export { type RunningPlantel, startPlantel } from './start-plantel.ts'
