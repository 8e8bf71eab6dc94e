/** Papers of a case: its evidence file, the form of a site visit, and the special report of a major one. */
import type { Signer } from "@forecourt/protocol/batch/signer.ts";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import { actorOf } from "../../access/actor.ts";
import { readerOf } from "../../access/guard.ts";
import { collectorItself, type Reader, reaches } from "../../access/reader.ts";
import { paperFont } from "../../cases/papers/font.ts";
import { MOST_PHOTOS, specialReport } from "../../cases/papers/special-report.ts";
import { visitForm } from "../../cases/papers/visit-form.ts";
import { realName } from "../../cases/papers/words.ts";
import type { CaseStore, CaseWhole } from "../../cases/store.ts";
import type { EvidenceSource } from "../../evidence/build.ts";
import { buildCaseFile } from "../../evidence/case.ts";
import { limits } from "../../limits.ts";
import type { Registry } from "../../registry/registry.ts";
import { catalogue } from "../../rules/catalogue.ts";
import type { FlagRow } from "../../rules/flag.ts";
import type { Queries } from "../../store/queries.ts";
import { CaseFileSchema } from "../case-schemas.ts";
import { caseFileView, mayTake } from "../case-views.ts";
import type { Api } from "../context.ts";
import { problem } from "../problem.ts";
import { ProblemSchema } from "../schemas.ts";
import { flagView } from "../views.ts";
import { type CaseParts, noCase, notTheirs, refuse, visible } from "./cases.ts";

export interface CasePaperParts extends CaseParts {
  caseStore: Pick<CaseStore, "whole" | "list" | "file" | "openCaseOf">;
  queries: Pick<Queries, "flag">;
  registry: Pick<Registry, "station">;
  evidence: EvidenceSource;
  signer: Signer;
}

const params = Type.Object({ id: Type.String({ pattern: "^[A-Za-z0-9_-]{1,40}$" }) });
const Text = Type.String({ minLength: 2, maxLength: 4_000 });
const refused = { 403: ProblemSchema, 404: ProblemSchema, 409: ProblemSchema, 422: ProblemSchema };
const viewing = { permission: "cases:view" } as const;
/** Setting a paper takes half a second of a core. */
const rateLimit = { max: limits.api.papersPerMinute, timeWindow: "1 minute" };

export function casePaperRoutes(api: Api, parts: CasePaperParts): void {
  evidenceRoute(api, parts);
  visitRoute(api, parts);
  reportRoute(api, parts);
}

function evidenceRoute(api: Api, { caseStore, evidence, signer, now }: CasePaperParts): void {
  const schema = {
    summary: "The evidence file of a case: signed by the collector, with the signed records behind its flags",
    description:
      "Check it offline with `collector evidence verify FILE`. Flags that the reader may not see are named only.",
    params,
  };
  // Whole batches go along, with everything that stands in them.
  const config = { permission: "exports:take", rateLimit } as const;
  api.get("/cases/:id/evidence", { schema, config }, async (request, reply) => {
    const reader = readerOf(request);
    const whole = await visible(caseStore, reader, request.params.id);
    if (whole === undefined) return noCase(reply, request.params.id);
    const file = await buildCaseFile(whole, seenBy(reader, evidence), signer, now());
    const name = `case-${whole.row.number}-evidence.json`;
    return reply
      .header("content-disposition", `attachment; filename="${name}"`)
      .type("application/json; charset=utf-8")
      .send(`${JSON.stringify(file, null, 1)}\n`);
  });
}

function visitRoute(api: Api, parts: CasePaperParts): void {
  const { caseStore, registry, now } = parts;
  const schema = { summary: "The form of a site visit, to be filled in by hand (PDF)", params };
  api.get("/cases/:id/visit-form", { schema, config: { ...viewing, rateLimit } }, async (request, reply) => {
    const reader = readerOf(request);
    const whole = await visible(caseStore, reader, request.params.id);
    if (whole === undefined) return noCase(reply, request.params.id);
    const station = whole.row.station === null ? undefined : registry.station(whole.row.station);
    const flags = await flagsOf(parts, whole);
    const pdf = await visitForm({ whole, station, flags, font: paperFont(), nowMs: now() });
    return paper(reply, `visit-${whole.row.number}.pdf`, pdf);
  });
}

function reportRoute(api: Api, parts: CasePaperParts): void {
  const { cases, caseStore, registry, now } = parts;
  const schema = {
    summary: "Write the special report of a major case; it is set as PDF and kept with the case",
    params,
    body: Type.Object({ facts: Text, cause: Text, handling: Text, advice: Text }, { additionalProperties: false }),
    response: { 201: CaseFileSchema, ...refused },
  };
  const config = { permission: "cases:handle", rateLimit } as const;
  api.post("/cases/:id/report", { schema, config }, async (request, reply) => {
    const reader = readerOf(request);
    const whole = await visible(caseStore, reader, request.params.id);
    if (whole === undefined) return noCase(reply, request.params.id);
    // The lead answers for it.
    if (!mayTake(reader, whole.row, "mark-major")) return notTheirs(reply);
    if (!whole.row.major) {
      const cure = "Mark it as major first.";
      return problem(reply, { status: 422, title: "Refused: report", detail: "the case is not major", cure });
    }
    const name = registry.station(whole.row.station ?? "")?.nameZh ?? whole.row.station;
    const content = await specialReport({
      ...{ whole, text: request.body, station: name, flags: await flagsOf(parts, whole) },
      photos: await photosOf(caseStore, whole),
      writer: realName(actorOf(reader, undefined)),
      ...{ font: paperFont(), nowMs: now() },
    });
    const actor = { name: actorOf(reader, undefined), department: reader.department };
    const file = { name: `专项报告-${whole.row.number}.pdf`, content, report: true };
    const kept = await cases.addFile(whole.row.id, file, actor);
    return kept.ok ? reply.code(201).send(caseFileView(kept.value)) : refuse(reply, kept.error);
  });
}

/** Evidence of flags that the reader may see. */
function seenBy(reader: Reader, evidence: EvidenceSource): EvidenceSource {
  return {
    ...evidence,
    flag: (id) => {
      const row = evidence.flag(id);
      const department = row === undefined ? undefined : flagView(row).department;
      return department !== undefined && reaches(reader, "flags:view", department) ? row : undefined;
    },
  };
}

/** The flags of a case with the words of their rules. */
async function flagsOf({ queries }: CasePaperParts, whole: CaseWhole) {
  const found: (FlagRow & Pick<(typeof catalogue)[number], "title" | "check">)[] = [];
  for (const id of whole.flags) {
    // Whoever sees the case sees what it is about.
    const row = await queries.flag(collectorItself, id);
    const rule = catalogue.find((one) => one.id === row?.rule);
    if (row !== undefined && rule !== undefined) found.push({ ...row, title: rule.title, check: rule.check });
  }
  return found;
}

async function photosOf(caseStore: CasePaperParts["caseStore"], whole: CaseWhole) {
  const images = whole.files.filter(({ type }) => type.startsWith("image/")).slice(0, MOST_PHOTOS);
  const read = await Promise.all(images.map(({ id }) => caseStore.file(whole.row.id, id)));
  return read.filter((one) => one !== undefined);
}

function paper(reply: FastifyReply, name: string, pdf: Buffer): FastifyReply {
  return reply.header("content-disposition", `attachment; filename="${name}"`).type("application/pdf").send(pdf);
}
