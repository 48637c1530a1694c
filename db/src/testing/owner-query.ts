import { Kysely, PostgresDialect, PostgresDriver, sql } from 'kysely'
import type { Pool } from 'pg'

import { applicationRole } from '../migrate.ts'
import type { Schema } from '../schema/index.ts'

/**
 * The owner's view of a database whose only session serves the application role:
 * the role is laid down for each query or transaction and taken up again after it.
 */
export function createOwnerQuery(pool: Pool): Kysely<Schema> {
  const dialect = new PostgresDialect({ pool })
  const plain = new Kysely<Schema>({ dialect })
  const become = sql`reset role`.compile(plain)
  const resign = sql`set role ${sql.id(applicationRole)}`.compile(plain)

  class OwnerDriver extends PostgresDriver {
    override async releaseConnection(
      ...[connection]: Parameters<PostgresDriver['releaseConnection']>
    ): Promise<void> {
      await connection.executeQuery(resign)
      await super.releaseConnection(connection)
    }
  }

  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => dialect.createAdapter(),
      createQueryCompiler: () => dialect.createQueryCompiler(),
      createIntrospector: (db) => dialect.createIntrospector(db),
      createDriver: () =>
        new OwnerDriver({
          pool,
          onReserveConnection: async (connection) => {
            await connection.executeQuery(become)
          },
        }),
    },
  })
}
