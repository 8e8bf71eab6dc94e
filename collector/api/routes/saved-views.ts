/** Views that people keep of the queue of flags and of the statistics: their own, and those shared in their unit. */
import { Type } from "typebox";
import type { FunctionName } from "../../access/functions.ts";
import { readerOf } from "../../access/guard.ts";
import { may, type Reader } from "../../access/reader.ts";
import { limits } from "../../limits.ts";
import { type SavedViewRow, type SavedViewStore, VIEW_PAGES, type ViewPage } from "../../saved-views/store.ts";
import type { Api, ApiContext } from "../context.ts";
import { notFound, problem } from "../problem.ts";
import { ProblemSchema } from "../schemas.ts";
import { type SavedView, SavedViewSchema } from "../statistics-schemas.ts";

/** Who sees the page may keep views of it. */
const SEEN_WITH: Record<ViewPage, FunctionName> = { flags: "flags:view", statistics: "statistics:view" };
const config = { permission: "own:account" } as const;
const Page = Type.Unsafe<ViewPage>(Type.Union(VIEW_PAGES.map((page) => Type.Literal(page))));
const Id = Type.String({ pattern: "^[A-Za-z0-9_-]{1,40}$" });

const body = Type.Object(
  {
    page: Page,
    name: Type.String({ minLength: 1, maxLength: 30, pattern: "\\S" }),
    query: Type.String({
      maxLength: 1_000,
      pattern: "^[\\w=&%.~+*-]*$",
      description: "the page's own, as in its address",
    }),
    shared: Type.Boolean({ description: "with all of the unit" }),
  },
  { additionalProperties: false },
);

export interface SavedViewParts extends Pick<ApiContext, "now" | "newId"> {
  savedViews: SavedViewStore;
}

export function savedViewRoutes(api: Api, { savedViews, now, newId }: SavedViewParts): void {
  const list = {
    summary: "The views that the reader may use on a page",
    querystring: Type.Object({ page: Page }),
    response: { 200: Type.Object({ items: Type.Array(SavedViewSchema) }) },
  };
  api.get("/views", { schema: list, config }, async (request) => {
    const reader = readerOf(request);
    const { page } = request.query;
    const rows = may(reader, SEEN_WITH[page]) ? await savedViews.of(reader, page) : [];
    return { items: rows.map((row) => viewOf(row, reader)) };
  });

  const keep = {
    summary: "Keeps a view",
    body,
    response: { 201: SavedViewSchema, 403: ProblemSchema, 422: ProblemSchema },
  };
  api.post("/views", { schema: keep, config }, async (request, reply) => {
    const reader = readerOf(request);
    const { page, name, query, shared } = request.body;
    if (!may(reader, SEEN_WITH[page])) {
      const detail = "views are kept by who may see the page";
      return problem(reply, { status: 403, title: "Not permitted", detail, cure: "Have the function requested." });
    }
    if (shared && reader.unit === null) {
      const detail = "who is of no unit can share nothing in it";
      return problem(reply, { status: 422, title: "No unit", detail, cure: "Keep it for yourself." });
    }
    const owner = { account: reader.account, who: reader.name, unit: shared ? reader.unit : null };
    const row: SavedViewRow = { id: newId(), ...owner, page, name: name.trim(), query, madeMs: now() };
    if (!(await savedViews.keep(row, limits.api.viewsOfAccount))) {
      const detail = `an account keeps at most ${limits.api.viewsOfAccount} views`;
      return problem(reply, { status: 422, title: "Too many", detail, cure: "Remove one first." });
    }
    return reply.code(201).send(viewOf(row, reader));
  });

  const remove = {
    summary: "Removes a view of one's own",
    params: Type.Object({ id: Id }),
    response: { 204: Type.Null(), 404: ProblemSchema },
  };
  api.delete("/views/:id", { schema: remove, config }, async (request, reply) => {
    const { id } = request.params;
    const isGone = await savedViews.remove(readerOf(request).account, id);
    return isGone ? reply.code(204).send(null) : notFound(reply, `there is no view ${id} of yours`);
  });
}

function viewOf({ id, account, who, unit, page, name, query }: SavedViewRow, reader: Reader): SavedView {
  return { id, page, name, query, by: who, shared: unit !== null, mine: account === reader.account };
}
