/** The eight departments of the regulation and the service provider: units, flags and permissions are divided by them. */

export const DEPARTMENTS = [
  "commerce",
  "development-and-reform",
  "public-security",
  "finance",
  "transport",
  "emergency-management",
  "market-regulation",
  "tax",
  "service-provider",
] as const;

export type Department = (typeof DEPARTMENTS)[number];
