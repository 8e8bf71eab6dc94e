/** The steps of an installation as routes: each takes what a technician answers, and gives the view back. */
import {
  type EnrolOrder,
  EnrolOrderSchema,
  type Places,
  PlacesSchema,
  type ReportAnswers,
  ReportAnswersSchema,
  type SignatureDrawn,
  SignatureDrawnSchema,
  type Site,
  SiteSchema,
} from "@forecourt/protocol/commission/answers.ts";
import type { Trouble } from "@forecourt/protocol/commission/state.ts";
import { readEnrolmentSlip } from "@forecourt/protocol/enrolment/qr.ts";
import type { Result } from "@forecourt/protocol/result.ts";
import type { FastifyInstance, FastifyReply } from "fastify";
import { type TSchema, Type } from "typebox";
import { Compile } from "typebox/compile";
import { reportPdf } from "../commission/pdf/report-pdf.ts";
import { MOST_PHOTO_BYTES, photoOf, readPhoto, readReport } from "../commission/photos.ts";
import { refuse } from "./refusal.ts";
import type { LocalBox } from "./routes.ts";

const closed = { additionalProperties: false } as const;
const Address = Type.String({ pattern: "^[^:\\s]+:[0-9]{1,5}$", maxLength: 100 });
const SearchBody = Type.Object({ tcp: Type.Array(Address, { maxItems: 16 }), thorough: Type.Boolean() }, closed);
const PlacesBody = Type.Object({ answers: PlacesSchema, done: Type.Boolean() }, closed);
const SlipBody = Type.Object(
  { slip: Type.String({ maxLength: 400 }), ca: Type.Optional(Type.String({ maxLength: 16_384 })) },
  closed,
);
const SkipBody = Type.Object({ nozzle: Type.String(), reason: Type.String({ minLength: 3, maxLength: 200 }) }, closed);
const AcceptBody = Type.Object({ accepted: Type.Boolean() }, closed);

/** Adds the routes. */
export function commissionRoutes(app: FastifyInstance, box: LocalBox): void {
  const { commissioning } = box;
  // TypeBox checks bodies: the same schemas, and the same words, as everywhere.
  app.setValidatorCompiler(({ schema }) => {
    const check = Compile(schema as TSchema);
    return (value: unknown) => {
      if (check.Check(value)) return { value };
      const [first] = check.Errors(value);
      return { error: new Error(`${first?.instancePath ?? ""} ${first?.message ?? "does not fit"}`.trim()) };
    };
  });
  const answer = (reply: FastifyReply, result: Result<void, Trouble>) =>
    result.ok ? reply.send(commissioning.view()) : refuse(reply, 409, result.error);
  const put = <Body>(
    path: string,
    schema: TSchema,
    take: (body: Body) => Result<void, Trouble> | Promise<Result<void, Trouble>>,
  ) =>
    app.put(`/api/commission/${path}`, { schema: { body: schema } }, async (request, reply) =>
      answer(reply, await take(request.body as Body)),
    );

  app.get("/api/commission", () => commissioning.view());
  put<{ tcp: string[]; thorough: boolean }>("search", SearchBody, ({ tcp, thorough }) =>
    commissioning.search(tcp, thorough),
  );
  app.delete("/api/commission/search", (_request, reply) => {
    commissioning.stopSearch();
    return reply.send(commissioning.view());
  });
  put<{ accepted: boolean }>("lines", AcceptBody, ({ accepted }) => commissioning.acceptLines(accepted));
  put<{ answers: Places; done: boolean }>("places", PlacesBody, ({ answers, done }) =>
    commissioning.place(answers, done),
  );
  put<Site>("site", SiteSchema, (answers) => commissioning.tellSite(answers));
  put<EnrolOrder>("enrolment", EnrolOrderSchema, (order) => commissioning.orderEnrolment(order));
  put<{ slip: string; ca?: string }>("enrolment-slip", SlipBody, ({ slip, ca }) => bySlip(box, slip, ca));
  put<{ nozzle: string; reason: string }>("skipped", SkipBody, ({ nozzle, reason }) =>
    commissioning.skipTest(nozzle, reason),
  );
  put<ReportAnswers>("report", ReportAnswersSchema, (answers) => commissioning.tellReport(answers));
  put<SignatureDrawn>("signatures", SignatureDrawnSchema, (drawn) => commissioning.sign(drawn));
  put("finish", Type.Object({}, closed), () => commissioning.finish());
  put("begin-again", Type.Object({}, closed), () => {
    commissioning.beginAgain();
    return { ok: true, value: undefined };
  });
  photoRoutes(app, box, answer);
  reportRoutes(app, box);
}

function bySlip({ commissioning }: LocalBox, text: string, ca: string | undefined): Result<void, Trouble> {
  const slip = readEnrolmentSlip(text);
  if (slip.ok) return commissioning.orderEnrolment({ ...slip.value, ...(ca === undefined ? {} : { ca }) });
  const message =
    slip.error === "form"
      ? "this is not the text of an enrolment's QR code"
      : `the ${slip.error} in the QR code is wrong`;
  return { ok: false, error: { code: "slip", message, cure: "copy the whole text, or type the ten characters" } };
}

function photoRoutes(
  app: FastifyInstance,
  { stateDir, commissioning }: LocalBox,
  answer: (reply: FastifyReply, result: Result<void, Trouble>) => FastifyReply,
): void {
  app.addContentTypeParser(
    ["image/jpeg", "image/png"],
    { parseAs: "buffer", bodyLimit: MOST_PHOTO_BYTES },
    (_request, body, done) => done(null, body),
  );
  app.post<{ Querystring: { of?: string }; Body: unknown }>(
    "/api/commission/photos",
    { bodyLimit: MOST_PHOTO_BYTES },
    (request, reply) => {
      const of = (request.query.of ?? "").trim().slice(0, 100) || "photo";
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const photo = photoOf(bytes, of);
      if (!photo.ok) {
        return refuse(reply, 415, { code: "photo", message: photo.error, cure: "take a photo as JPEG or PNG" });
      }
      return answer(reply, commissioning.addPhoto(photo.value, bytes));
    },
  );
  app.get<{ Params: { name: string } }>("/api/commission/photos/:name", (request, reply) => {
    const photo = readPhoto(stateDir, request.params.name);
    return photo === undefined ? reply.callNotFound() : reply.type(photo.type).send(photo.bytes);
  });
  app.delete<{ Params: { sha256: string } }>("/api/commission/photos/:sha256", (request, reply) =>
    answer(reply, commissioning.removePhoto(request.params.sha256)),
  );
}

function reportRoutes(app: FastifyInstance, { stateDir, commissioning }: LocalBox): void {
  const sealedReport = () => {
    const { id, sealedAt } = commissioning.view().state.report;
    return id === null || sealedAt === null ? undefined : readReport(stateDir, id);
  };
  app.get("/api/commission/report.json", (_request, reply) => {
    const report = sealedReport();
    return report === undefined ? reply.callNotFound() : reply.send(report);
  });
  app.get("/api/commission/report.pdf", async (_request, reply) => {
    const report = sealedReport();
    if (report === undefined) return reply.callNotFound();
    const photo = (name: string) => readPhoto(stateDir, name)?.bytes;
    const pdf = await reportPdf(report, photo);
    const name = `acceptance-${report.station.id}-${report.id}.pdf`;
    return reply.type("application/pdf").header("content-disposition", `inline; filename="${name}"`).send(pdf);
  });
}
