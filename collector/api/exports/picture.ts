/**
 * A picture of a chart is drawn by the page. Before it does, it asks for a mark: the permission is looked at, the taking is
 * on record, and the page draws the words of the mark into the picture and its number into the file.
 */
import { Type } from "typebox";
import type { FunctionName } from "../../access/functions.ts";
import { readerOf } from "../../access/guard.ts";
import { may } from "../../access/reader.ts";
import type { Api, ApiContext } from "../context.ts";
import { newMark } from "../marking.ts";
import { NOT_ON_RECORD, problem } from "../problem.ts";
import { ProblemSchema } from "../schemas.ts";
import { PictureMarkSchema } from "../statistics-schemas.ts";
import { exportConfig, notTheirs } from "./route.ts";

/** What charts show, and who may see it. */
const SHOWN: Record<"statistics" | "tank-levels", FunctionName> = {
  statistics: "statistics:view",
  "tank-levels": "stations:view",
};

const body = Type.Object(
  {
    of: Type.Union([Type.Literal("statistics"), Type.Literal("tank-levels")]),
    title: Type.String({ minLength: 1, maxLength: 200, description: "what the picture shows" }),
  },
  { additionalProperties: false },
);

export function pictureRoute(api: Api, context: ApiContext): void {
  const { access, trail } = context;
  const schema = {
    summary: "A mark for the picture of a chart, on record",
    body,
    response: { 201: PictureMarkSchema, 403: ProblemSchema, 503: ProblemSchema },
  };
  api.post("/exports/pictures", { schema, config: exportConfig }, async (request, reply) => {
    const { of, title } = request.body;
    if (!may(readerOf(request), SHOWN[of])) return notTheirs(reply);
    const { id, words } = newMark(context, request);
    const note = access.noteOf(readerOf(request), "export.marked", id, { name: `${of}.png`, title });
    if (!(await trail.record(note))) return problem(reply, NOT_ON_RECORD);
    return reply.code(201).send({ id, words: [...words] });
  });
}
