/** Where the audit log's signed head lies: beside the database that it vouches for. */
export function auditCheckpoint(database: string): string {
  return `${database}.audit-head`;
}
