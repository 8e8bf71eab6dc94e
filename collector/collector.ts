/** The collector as a whole: store, inbox, rules, API and live events, wired. Starts, and stops cleanly. */
import { join } from "node:path";
import { ed25519Verifier, type Signer } from "@forecourt/protocol/batch/signer.ts";
import { nanoid } from "nanoid";
import type { Logger } from "pino";
import { openAccess } from "./access/access.ts";
import { dueAfter } from "./access/calendar.ts";
import type { DeclaredRoute } from "./access/guard.ts";
import { collectorItself } from "./access/reader.ts";
import { httpsOf } from "./api/https.ts";
import { buildServer } from "./api/server.ts";
import { StationViews } from "./api/station-views.ts";
import { readCheckpoint } from "./audit/checkpoint.ts";
import { HeadKeeper } from "./audit/head-keeper.ts";
import { accountsKey, auditCheckpoint } from "./audit/place.ts";
import { Trail } from "./audit/trail.ts";
import { Verification } from "./audit/verification.ts";
import { unitFor } from "./cases/assignment.ts";
import { Deadlines } from "./cases/deadlines.ts";
import { CaseDesk } from "./cases/desk.ts";
import { CommandDesk } from "./commands/desk.ts";
import type { Config } from "./config/config.ts";
import { Desk } from "./desk/desk.ts";
import { certificateEnds } from "./enrolment/certificate-ends.ts";
import { Enrolment } from "./enrolment/enrolment.ts";
import { type Broker, startBroker } from "./inbox/broker.ts";
import { connectBroker } from "./inbox/external-broker.ts";
import { Inbox } from "./inbox/inbox.ts";
import { PasswordChecks } from "./inbox/passwords.ts";
import { watchFiles } from "./inbox/tls-files.ts";
import { InspectionDesk } from "./inspections/desk.ts";
import { InspectionKeeper } from "./inspections/keeper.ts";
import { limits } from "./limits.ts";
import { LiveFeed } from "./live/feed.ts";
import { LiveHub } from "./live/hub.ts";
import { Previews } from "./live/previews.ts";
import { openNotices } from "./notices/notices.ts";
import { ChangeDesk } from "./registry/change-desk.ts";
import { Registrar } from "./registry/registrar.ts";
import { buildRegistry, type Registry } from "./registry/registry.ts";
import { AreaPriceKeeper } from "./rules/area-price-keeper.ts";
import type { SeenFiling } from "./rules/filings.ts";
import type { RuleInput } from "./rules/rule.ts";
import { RuleRunner } from "./rules/runner.ts";
import { StatisticsKeeper } from "./statistics/keeper.ts";
import { openSqliteStore } from "./store/sqlite/sqlite-store.ts";
import { AcceptanceDesk } from "./trust/acceptance.ts";
import { Approvals } from "./trust/approvals.ts";
import type { TrustEvent } from "./trust/events.ts";

export interface RunningCollector {
  /** without encryption, where it listens so */
  mqttPort: number | undefined;
  /** with TLS, where it listens so */
  mqttsPort: number | undefined;
  httpPort: number;
  /** every route of the API with what it was declared to need */
  routes: readonly DeclaredRoute[];
  /** how many stations were registered at the start */
  stations: number;
  /** Stops taking messages, ends the running transaction, closes everything. */
  stop(): Promise<void>;
}

export interface CollectorParts {
  signer: Signer;
  log: Logger;
  /** epoch ms */
  now: () => number;
}

/** A change over the API is signed once, with the note of its request, before the answer leaves; all else within seconds. */
const signedLater = () => Promise.resolve();

const PAGE_FOLDER = join(import.meta.dirname, "web", "dist");

/**
 * Starts a collector.
 * @throws Error when the database cannot be opened or a port cannot be bound
 */
export async function startCollector(config: Config, { signer, log, now }: CollectorParts): Promise<RunningCollector> {
  const store = await openSqliteStore(config.database);
  const headFile = auditCheckpoint(config.database);
  const keeper = new HeadKeeper({ head: store.audit.head, signer, file: headFile, now });
  const registry = buildRegistry({ stations: [] });
  const hub = new LiveHub();
  const views = new StationViews(registry, store.queries, now);
  const previews = new Previews({ registry, hub, now, log });
  const feed = new LiveFeed({ hub, registry, views, log });
  // The desk is open before the broker is up: by then nobody is connected whom it could disconnect.
  let disconnect: Broker["disconnect"] = () => undefined;
  const registrar = new Registrar({
    store: store.registry,
    registry,
    now,
    onInput: (station, id, input) => onInput(station, id, input),
    onGatewayGone: (gateway) => disconnect(gateway, "it is no longer registered"),
    checkpoint: signedLater,
  });
  await registrar.start(config.registry.stations);
  const runner = new RuleRunner({
    store: store.rules,
    registry,
    configured: config.rules,
    now,
    newId: nanoid,
    log,
    onFlags: (station, flags) => feed.flags(station, flags),
  });
  await runner.start();
  const statistics = new StatisticsKeeper({ store: store.statistics, gradeOf: registry.gradeOf, log });
  const onInput = (station: string, id: number, input: RuleInput) => {
    runner.offer(station, id, input);
    statistics.offer(id, input);
    feed.input(station, input);
    const last = input.kind === "batch" ? input.records.at(-1)?.record : undefined;
    if (last !== undefined) previews.stored(last.gateway, last.seq);
  };
  const addFiling = async (filing: SeenFiling): Promise<boolean> => {
    const atMs = now();
    const id = await store.filings.addFiling(filing, atMs);
    if (id !== undefined) onInput(filing.station, id, { kind: "filing", atMs, filing });
    return id !== undefined;
  };
  const countyOf = (station: string) => registry.station(station)?.county;
  const areas = new AreaPriceKeeper({ store: store.filings, countyOf, file: addFiling, now, log });
  const trust = { store: store.trust, registry, now, newId: nanoid, onInput };
  const acceptance = new AcceptanceDesk({ ...trust, collector: ed25519Verifier(signer.publicKey) });
  const approvals = new Approvals(trust);
  const suspect = async (station: string, event: TrustEvent) => {
    const atMs = now();
    onInput(station, await store.trust.note(station, event, atMs), { kind: "trust", atMs, event });
  };
  const desk =
    config.enrolment === undefined
      ? undefined
      : new Enrolment(config.enrolment, {
          store: store.enrolment,
          registry,
          position: store.ingest.position,
          prepare: (station, by) => acceptance.prepare(station, by),
          unregister: (gateway, reason) => registrar.strike(gateway, `revoked: ${reason}`),
          disconnect: (gateway, reason) => disconnect(gateway, reason),
          collectorPublicKey: signer.publicKey,
          now,
        });
  await desk?.start();
  const commands = new CommandDesk({
    ...{ store: store.commands, registry, signer, now, newId: nanoid, log },
    onConfiguration: (order) => approvals.ordered(order),
  });
  const trail = new Trail({ append: store.audit.appendAll, keeper, log });
  const access = openAccess({
    store: store.access,
    requestStore: store.requests,
    wallStore: store.walls,
    newId: nanoid,
    log,
    policy: config.access,
    machines: config.machines,
    sealFile: accountsKey(config.database),
    keeper,
    now,
  });
  const flagDesk = new Desk({
    store: store.desk,
    registry,
    sign: signedLater,
    now,
    newId: nanoid,
    onInput,
  });
  const changes = new ChangeDesk({ store: store.changes, registrar, now, newId: nanoid, onInput, sign: signedLater });
  const https = config.http.tls === undefined ? undefined : httpsOf(config.http.tls, log, watchFiles);
  const afterDays = (fromMs: number, days: number) => dueAfter(fromMs, days, access.requests.calendar()).atMs;
  const deadlines = new Deadlines({ store: store.cases, dueAfter: afterDays, sign: signedLater, now });
  const cases = new CaseDesk({
    store: store.cases,
    dueAfter: afterDays,
    unitFor: (department, county) => unitFor(access, department, county),
    sign: signedLater,
    stepFlag: (flag, step, by, reason) => flagDesk.step({ flag, step, by, reason }),
    now,
    newId: nanoid,
  });
  const notices = openNotices({
    settings: config.notices,
    store: store.notices,
    access,
    flag: (id) => store.queries.flag(collectorItself, id),
    cases: store.cases,
    ...{ registry, hub, log, now, newId: nanoid },
  });
  const inspecting = { registry, queries: store.queries, store: store.inspections, now };
  const inspections = new InspectionKeeper(inspecting);
  const { api: server, routes } = await buildServer(
    {
      notices,
      papers: { evidence: store.evidence, signer },
      inspections: {
        store: store.inspections,
        desk: new InspectionDesk({ ...inspecting, cases, sign: signedLater }),
      },
      cases: { cases, caseStore: store.cases },
      queries: store.queries,
      savedViews: store.savedViews,
      registrar,
      changes,
      now,
      statistics: store.statistics,
      registry,
      views,
      hub,
      previews,
      configured: config.rules,
      access,
      trail,
      audit: store.audit,
      signedHead: () => readCheckpoint(headFile, ed25519Verifier(signer.publicKey)),
      verification: new Verification(config.database),
      commands,
      desk: flagDesk,
      enrolment: desk,
      map: config.map ?? [],
      certificateEnds: async () => certificateEnds(await store.enrolment.certificates()),
      updates: config.updates,
      trust: { acceptance, approvals, store: store.trust },
      newId: nanoid,
      addFiling,
      filings: store.filings.filings,
    },
    { pageFolder: PAGE_FOLDER, log, https },
  );
  await server.listen({ host: config.http.host, port: config.http.port });
  const broker = await brokerOf(config, { registry, signer, now, log, suspect });
  previews.attach(broker);
  commands.attach(broker);
  disconnect = broker.disconnect;
  const inbox = new Inbox({
    transport: broker,
    store: store.ingest,
    registry,
    signer,
    now,
    log,
    onInput,
    onSecondStory: suspect,
  });
  const ticking = setInterval(() => {
    void runner.tick();
    void areas.tick();
    void statistics.workOff();
    deadlines.tell().catch((error: Error) => log.error({ err: error }, "overdue cases could not be told"));
    inspections.tick().catch((error: Error) => log.error({ err: error }, "inspections could not be made"));
    void notices.keeper.tick();
    registrar.refresh().catch((error: Error) => log.error({ err: error }, "the registry could not be read"));
  }, limits.rules.tickMs);
  return {
    mqttPort: broker.port,
    mqttsPort: broker.tlsPort,
    routes,
    httpPort: portOf(server.server.address(), config.http.port),
    stations: registry.stations.length,
    stop: async () => {
      clearInterval(ticking);
      const brokerClosed = broker.close();
      await inbox.stop();
      await areas.stop();
      await runner.stop();
      await statistics.stop();
      commands.stop();
      feed.stop();
      hub.closeAll();
      https?.stop();
      await server.close();
      access.stop();
      await trail.stop();
      await brokerClosed;
      // Last: a mail server that hangs must cost no entry of the audit log.
      await notices.keeper.stop();
      await store.close();
    },
  };
}

/** The built-in broker, or the one that stands apart. */
async function brokerOf(
  { broker }: Config,
  parts: CollectorParts & { registry: Registry; suspect: (station: string, event: TrustEvent) => Promise<void> },
): Promise<Broker> {
  const { registry, signer, now, log, suspect } = parts;
  if (broker.external !== undefined) {
    const connected = connectBroker(broker.external, broker.maxPacketBytes, log);
    return { ...connected, port: undefined, tlsPort: undefined };
  }
  return startBroker({
    ...broker,
    collectorPublicKey: signer.publicKey,
    registry,
    passwords: new PasswordChecks(broker.observers),
    twoPlaces: {
      now,
      seen: (seen) => {
        const station = registry.gateway(seen.gateway)?.station.id;
        log.warn(seen, "a gateway's key is used from two places");
        if (station === undefined) return;
        suspect(station, seen).catch((error: Error) => log.error({ err: error }, "a copied key could not be put down"));
      },
    },
    log,
  });
}

function portOf(address: string | { port: number } | null, configured: number): number {
  return typeof address === "object" && address !== null ? address.port : configured;
}
