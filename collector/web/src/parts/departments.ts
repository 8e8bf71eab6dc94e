/** The departments, to choose one of. Their names come from the API: a missing or invented one does not compile. */
import type { Case } from "../../../api/case-schemas.ts";

const KNOWN: Record<Case["lead"], true> = {
  commerce: true,
  "development-and-reform": true,
  "public-security": true,
  finance: true,
  transport: true,
  "emergency-management": true,
  "market-regulation": true,
  tax: true,
  "service-provider": true,
};

export const DEPARTMENTS = Object.keys(KNOWN) as Case["lead"][];
