/** Files beside the database. */

/** Where the audit log's signed head lies: beside the database that it vouches for. */
export function auditCheckpoint(database: string): string {
  return `${database}.audit-head`;
}

/** Where the key lies that seals second factors. A backup of the database is of no use to sign in without it. */
export function accountsKey(database: string): string {
  return `${database}.accounts-key`;
}
