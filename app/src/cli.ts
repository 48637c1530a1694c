#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

// A command loads hundreds of modules: what Node has compiled once it reads the next time.
enableCompileCache()
await import('./program.ts')
