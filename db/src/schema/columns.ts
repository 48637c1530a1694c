import type { ColumnType } from 'kysely'

/** `jsonb`: read as a value, written as JSON text, because `pg` would turn an array into a PostgreSQL array. */
export type Json<Value> = ColumnType<Value, string, string>

/** `bigint`: read as decimal text, because it may exceed `Number.MAX_SAFE_INTEGER`. */
export type BigInt = ColumnType<string, string | number | bigint, string | number | bigint>

/** `bigint` that the database fills in. */
export type GeneratedBigInt = ColumnType<
  string,
  string | number | bigint | undefined,
  string | number | bigint
>
