import { defineConfig } from 'vitest/config'

const conditions = ['plantel:source']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [],
    benchmark: {
      enabled: true,
      include: [
        '{db,team,scim-server,idp-bridge,app}/src/**/*.bench.ts',
        'test/benchmark/**/*.bench.ts',
      ],
    },
  },
})
