/** Flags with their evidence, single proof records, and the rules that raise them. */
import { GATEWAY_ID_PATTERN } from "@forecourt/protocol/ids.ts";
import { Type } from "typebox";
import { readerOf } from "../../access/guard.ts";
import { may } from "../../access/reader.ts";
import { limits } from "../../limits.ts";
import { catalogue } from "../../rules/catalogue.ts";
import type { Api, ApiContext } from "../context.ts";
import { flagFilter, flagFilterQuery } from "../flag-filter.ts";
import { DepartmentFlagsSchema } from "../map-schemas.ts";
import { notFound, problem } from "../problem.ts";
import { CursorQuery, flagCursor, limitQuery, queryTime, TimeQuery } from "../query.ts";
import { FlagDetailSchema, FlagSchema, ProblemSchema, ProofRecordSchema, RuleSchema } from "../schemas.ts";
import { departmentFlags, flagView, proofView, ruleViews } from "../views.ts";
import { handlingOf } from "./desk.ts";

/** A flag may outlive its rule. */
const UNKNOWN_RULE = { zh: "本版本已没有这条规则。", en: "This version does not have the rule any more." };
const config = { permission: "flags:view" } as const;
/** Kinds of records from which sales can be read. */
const OF_SALES: ReadonlySet<string> = new Set(["sale", "total"]);
const FLAGS = { most: 500, usual: 100 };

export function flagRoutes(api: Api, { queries, configured, desk, registry }: ApiContext): void {
  const list = {
    summary: "Flags, the most recently seen first",
    querystring: Type.Object({
      ...flagFilterQuery,
      from: TimeQuery,
      to: TimeQuery,
      limit: limitQuery(FLAGS.most, FLAGS.usual),
      before: CursorQuery,
    }),
    response: {
      200: Type.Object({ items: Type.Array(FlagSchema), next: Type.Union([Type.String(), Type.Null()]) }),
      400: ProblemSchema,
    },
  };
  api.get("/flags", { schema: list, config }, async (request, reply) => {
    const { from, to, limit = FLAGS.usual, before, ...asked } = request.query;
    const span = { fromMs: queryTime(from), untilMs: queryTime(to) };
    const cursor = flagCursor(before);
    if (cursor === "wrong" || Number.isNaN(span.fromMs) || Number.isNaN(span.untilMs)) {
      const detail = cursor === "wrong" ? "`before` is no cursor of this list" : "there is no such moment in time";
      return problem(reply, { status: 400, title: "Bad request", detail, cure: "Take `next` of the page before." });
    }
    const filter = { ...flagFilter(asked, registry), ...span };
    const rows = await queries.flags(readerOf(request), filter, { limit, before: cursor });
    const last = rows.length === limit ? rows[rows.length - 1] : undefined;
    return { items: rows.map(flagView), next: last === undefined ? null : `${last.untilMs}.${last.id}` };
  });

  const counts = {
    summary: "How many flags are open, by department",
    response: { 200: Type.Object({ items: Type.Array(DepartmentFlagsSchema) }) },
  };
  api.get("/open-flags", { schema: counts, config }, async (request) => ({
    items: departmentFlags(await queries.openFlags(readerOf(request))),
  }));

  const one = {
    summary: "One flag with the records that prove it",
    params: Type.Object({ id: Type.String({ pattern: "^[A-Za-z0-9_-]{1,40}$" }) }),
    response: { 200: FlagDetailSchema, 404: ProblemSchema },
  };
  api.get("/flags/:id", { schema: one, config }, async (request, reply) => {
    const flag = await queries.flag(readerOf(request), request.params.id);
    if (flag === undefined) return notFound(reply, `there is no flag ${request.params.id}`);
    const records = await queries.records(readerOf(request), flag.evidence, limits.api.evidenceRecords);
    const all = flag.evidence.reduce((sum, range) => sum + range.toSeq - range.fromSeq + 1, 0);
    const rule = catalogue.find((one) => one.id === flag.rule);
    return {
      flag: flagView(flag),
      why: rule?.why ?? UNKNOWN_RULE,
      check: rule?.check ?? UNKNOWN_RULE,
      handling: await handlingOf(desk, flag.id),
      records: records.map(proofView),
      truncated: all > records.length,
    };
  });

  const record = {
    summary: "One journal record with its hash",
    description:
      "Sales and totals are for who may see sales; whatever its kind, a record may be seen that proves a flag which the reader sees.",
    params: Type.Object({
      gateway: Type.String({ pattern: GATEWAY_ID_PATTERN }),
      seq: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    }),
    response: { 200: ProofRecordSchema, 404: ProblemSchema, 410: ProblemSchema },
  };
  const looking = { permission: "stations:view" } as const;
  api.get("/records/:gateway/:seq", { schema: record, config: looking }, async (request, reply) => {
    const { gateway, seq } = request.params;
    const reader = readerOf(request);
    const [found] = await queries.records(reader, [{ gateway, fromSeq: seq, toSeq: seq }], 1);
    const isTheirs =
      found !== undefined &&
      (!OF_SALES.has(found.kind) || may(reader, "sales:view") || (await queries.isEvidence(reader, gateway, seq)));
    if (isTheirs) return proofView(found);
    if (found !== undefined || !(await queries.isThinned(reader, gateway, seq)))
      return notFound(reply, `record ${seq} of ${gateway} is not stored, or not to be seen`);
    const detail = `record ${seq} of ${gateway} was thinned by policy when its time was over`;
    const cure = "Its sums are kept; the audit log says when and why it went.";
    return problem(reply, { status: 410, title: "Gone", detail, cure });
  });

  const rules = { summary: "The rules in force", response: { 200: Type.Object({ items: Type.Array(RuleSchema) }) } };
  api.get("/rules", { schema: rules, config }, async () => ({ items: ruleViews(configured) }));
}
