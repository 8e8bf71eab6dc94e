/** What the routes are given: no route reaches for anything else. */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { Access } from "../access/access.ts";
import type { AuditHead } from "../audit/chain.ts";
import type { AuditTable } from "../audit/table.ts";
import type { Trail } from "../audit/trail.ts";
import type { Verification } from "../audit/verification.ts";
import type { CommandDesk } from "../commands/desk.ts";
import type { Desk } from "../desk/desk.ts";
import type { Enrolment } from "../enrolment/enrolment.ts";
import type { LiveHub } from "../live/hub.ts";
import type { Previews } from "../live/previews.ts";
import type { MapLayer } from "../map/layers.ts";
import type { Notices } from "../notices/notices.ts";
import type { ChangeDesk } from "../registry/change-desk.ts";
import type { Registrar } from "../registry/registrar.ts";
import type { Registry } from "../registry/registry.ts";
import type { SeenFiling } from "../rules/filings.ts";
import type { Parameters } from "../rules/rule.ts";
import type { SavedViewStore } from "../saved-views/store.ts";
import type { StatisticsStore } from "../statistics/store.ts";
import type { Queries } from "../store/queries.ts";
import type { TrustStore } from "../trust/store.ts";
import type { CasePaperParts } from "./routes/case-papers.ts";
import type { CaseParts } from "./routes/cases.ts";
import type { InspectionParts } from "./routes/inspections.ts";
import type { TrustAccess } from "./routes/trust.ts";
import type { StationViews } from "./station-views.ts";

export interface ApiContext {
  cases: Pick<CaseParts, "cases" | "caseStore">;
  papers: Pick<CasePaperParts, "evidence" | "signer">;
  notices: Notices;
  inspections: InspectionParts["inspections"];
  queries: Queries;
  savedViews: SavedViewStore;
  statistics: Pick<StatisticsStore, "sales" | "tankHours">;
  registry: Registry;
  registrar: Registrar;
  changes: ChangeDesk;
  /** epoch ms */
  now: () => number;
  views: StationViews;
  hub: LiveHub;
  previews: Pick<Previews, "of">;
  /** parameters of rules by id, where they differ from their defaults */
  configured: Record<string, Parameters>;
  access: Access;
  trail: Trail;
  audit: AuditTable;
  /** the head that was signed last, as it lies beside the database */
  signedHead: () => AuditHead | "none" | "forged";
  /** walks the whole log */
  verification: Pick<Verification, "verify">;
  /** what lies below the stations on the map, from the bottom to the top */
  map: readonly MapLayer[];
  commands: CommandDesk;
  desk: Desk;
  /** undefined: gateways cannot be updated from here */
  updates: { bundles: string; rollouts?: string | undefined } | undefined;
  /** undefined: no box can enrol */
  enrolment: Enrolment | undefined;
  trust: TrustAccess & { store: Pick<TrustStore, "program" | "approvals"> };
  /** until when each gateway's certificate lasts, epoch ms by gateway */
  certificateEnds: () => Promise<ReadonlyMap<string, number>>;
  newId: () => string;
  /** Stores a filing and tells the rules. @returns false when a filing of this id was there already */
  addFiling: (filing: SeenFiling) => Promise<boolean>;
  filings: (station: string, limit: number) => Promise<SeenFiling[]>;
}

export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
