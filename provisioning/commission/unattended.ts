/**
 * An installation by an answers file: each step that is not done yet is done, and what takes time is waited for. It may
 * be started again at any point; the box knows how far it has come.
 */
import { readFileSync } from "node:fs";
import type { CommissionView } from "@forecourt/protocol/commission/live.ts";
import type { Trouble } from "@forecourt/protocol/commission/state.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { Answers } from "./answers.ts";
import type { BoxClient } from "./client.ts";
import { placesFor } from "./places.ts";

export interface Surroundings {
  say: (line: string) => void;
  /** Waits so long, ms. */
  wait: (ms: number) => Promise<void>;
  /** Monotonic milliseconds. */
  now: () => number;
}

const LOOK_AGAIN_MS = 500;
/** The slowest search tries every setting of an empty port. */
const SEARCH_DEADLINE_MS = 15 * 60_000;
const MINUTE_MS = 60_000;

type Outcome = Result<CommissionView, Trouble>;

/** @returns the view when the report is filed, or waits for a collector that is not reached */
export async function installUnattended(client: BoxClient, answers: Answers, around: Surroundings): Promise<Outcome> {
  const steps = [search, place, site, enrolment, selfTest, report] as const;
  let view = await client.view();
  for (const step of steps) {
    if (!view.ok) return view;
    if (view.value.finished) return view;
    view = await step({ client, answers, around, view: view.value });
  }
  return view;
}

interface Step {
  client: BoxClient;
  answers: Answers;
  around: Surroundings;
  view: CommissionView;
}

function standing(view: CommissionView, name: string): string | undefined {
  return view.steps.find(({ step }) => step === name)?.standing;
}

async function search({ client, answers, around, view }: Step): Promise<Outcome> {
  if (standing(view, "lines") === "done") return ok(view);
  around.say("1 searching the lines");
  const started = await client.put("search", answers.search);
  if (!started.ok) return started;
  const found = await until(client, around, SEARCH_DEADLINE_MS, (now) => !now.search.isRunning);
  if (!found.ok) return found;
  for (const { line, serial, tcp, devices, trouble } of found.value.state.lines?.found ?? []) {
    const what = devices.map(({ device, title, factorySerial }) => `${device} ${factorySerial ?? title}`).join(", ");
    around.say(`  ${line} ${serial ?? tcp}: ${trouble ?? (what || "nothing answers")}`);
  }
  return client.put("lines", { accepted: true });
}

async function place({ client, answers, around, view }: Step): Promise<Outcome> {
  if (standing(view, "places") === "done") return ok(view);
  const places = placesFor(view.state.lines?.found ?? [], answers);
  if (!places.ok) {
    const message = `not found: ${places.error.join(", ")}`;
    return fail({ code: "not-found", message, cure: "look at wiring and power, correct the file, and start again" });
  }
  const { nozzles, tanks, seals } = places.value;
  around.say(`2 ${nozzles.length} nozzles, ${tanks.length} tanks, ${seals.length} seals`);
  return client.put("places", { answers: places.value, done: true });
}

async function site({ client, answers, around, view }: Step): Promise<Outcome> {
  if (standing(view, "site") === "done") return ok(view);
  around.say("3 clock, network, power");
  return client.put("site", answers.site);
}

async function enrolment({ client, answers, around, view }: Step): Promise<Outcome> {
  if (standing(view, "enrol") !== "open") return ok(view);
  const { collector, station, code, caFile } = answers.enrolment;
  if (code === undefined) {
    return fail({ code: "code", message: "no code is given", cure: "give it with --code, or in the file" });
  }
  around.say("4 enrolling");
  const ca = caFile === undefined ? {} : { ca: readFileSync(caFile, "utf8") };
  const ordered = await client.put("enrolment", { collector, station, code, ...ca });
  if (!ordered.ok) return ordered;
  // When the collector is not reached the box goes on trying: the rest need not wait for it.
  const tried = await until(client, around, MINUTE_MS, (now) => {
    return now.state.enrol.doneAt !== null || now.state.enrol.trouble !== null;
  });
  if (!tried.ok) return tried;
  const { trouble, isOrdered, gateway } = tried.value.state.enrol;
  if (trouble !== null && !isOrdered) return fail(trouble);
  around.say(trouble === null ? `  enrolled as ${gateway}` : `  the collector is not reached yet: ${trouble.message}`);
  return tried;
}

async function selfTest({ client, answers, around, view }: Step): Promise<Outcome> {
  const { skip, waitMinutes } = answers.selfTest;
  let last: Outcome = ok(view);
  if (standing(view, "self-test") === "done") return last;
  for (const one of skip) {
    last = await client.put("skipped", one);
    if (!last.ok) return last;
  }
  if (view.state.enrol.doneAt === null) return last;
  around.say("5 self-test: sell a little at each nozzle");
  const told = new Set<string>();
  return until(client, around, waitMinutes * MINUTE_MS, (now) => {
    for (const { nozzle, sale, receipt } of now.state.selfTest.tested) {
      const line = `  ${nozzle}: ${(sale.volumeCl / 100).toFixed(2)} L, record ${sale.seq}${receipt === null ? "" : ", the collector has it"}`;
      if (!told.has(line)) around.say(line);
      told.add(line);
    }
    return now.state.selfTest.doneAt !== null;
  });
}

async function report({ client, answers, around, view }: Step): Promise<Outcome> {
  if (standing(view, "report") === "done") return ok(view);
  around.say("6 the report");
  if (standing(view, "report") !== "waiting") {
    const told = await tellReport(client, answers);
    if (!told.ok) return told;
    if (answers.signatures.length === 0) around.say("  sign on the box's page: its address in a phone's browser");
    const signed = await until(client, around, answers.selfTest.waitMinutes * MINUTE_MS, (now) =>
      now.state.report.signatures.some(({ role }) => role === "technician"),
    );
    if (!signed.ok) return signed;
    const ordered = await client.put("finish", {});
    if (!ordered.ok) return ordered;
  }
  const filed = await until(client, around, MINUTE_MS, ({ state }) => {
    return state.report.filedAt !== null || state.report.trouble !== null || state.selfTest.doneAt === null;
  });
  if (!filed.ok) return filed;
  const { trouble, orderedAt } = filed.value.state.report;
  return trouble !== null && orderedAt === null ? fail(trouble) : filed;
}

async function tellReport(client: BoxClient, { report: answers, photos, signatures }: Answers): Promise<Outcome> {
  let last: Outcome = await client.put("report", answers);
  for (const { file, of } of photos) {
    const sent = await client.photo(readFileSync(file), /\.png$/i.test(file) ? "image/png" : "image/jpeg", of);
    if (!sent.ok) return sent;
  }
  for (const drawn of signatures) {
    if (!last.ok) return last;
    last = await client.put("signatures", drawn);
  }
  return last;
}

/** Looks again and again until it is so. A box that is not reached meanwhile may be starting again. */
export async function until(
  client: BoxClient,
  { wait, now }: Surroundings,
  deadlineMs: number,
  isSo: (view: CommissionView) => boolean,
): Promise<Outcome> {
  const endsAt = now() + deadlineMs;
  for (;;) {
    const view = await client.view();
    if (view.ok && isSo(view.value)) return view;
    if (!view.ok && view.error.code !== "network") return view;
    if (now() >= endsAt) {
      const message = view.ok ? "it took too long" : view.error.message;
      return fail({ code: "time", message, cure: "start again: the box goes on where it stopped" });
    }
    await wait(LOOK_AGAIN_MS);
  }
}
