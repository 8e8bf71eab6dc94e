/** Access as a whole: who may sign in, as whom, and with what; wired from the store and the policy. */

import type { CanonicalValue } from "@forecourt/protocol/records/canonical.ts";
import type { Logger } from "pino";
import type { HeadKeeper } from "../audit/head-keeper.ts";
import { limits } from "../limits.ts";
import { Administration } from "./administration.ts";
import { Directory } from "./directory.ts";
import { type MachineAccount, MachineAccounts } from "./machines.ts";
import { note } from "./note.ts";
import { Passwords } from "./passwords.ts";
import type { AccessPolicy } from "./policy.ts";
import type { Reader } from "./reader.ts";
import type { RequestStore } from "./request-store.ts";
import { Requests } from "./requests.ts";
import { loadRoles } from "./roles.ts";
import { Seal } from "./sealed.ts";
import { Sessions } from "./sessions.ts";
import { SignIn } from "./sign-in.ts";
import type { AccessStore, Note } from "./store.ts";
import { Tokens } from "./tokens.ts";
import type { WallStore } from "./wall-store.ts";
import { Walls } from "./walls.ts";

export interface Access {
  store: AccessStore;
  policy: AccessPolicy;
  directory: Directory;
  sessions: Sessions;
  signIn: SignIn;
  requests: Requests;
  administration: Administration;
  requestStore: RequestStore;
  walls: Walls;
  /** the screen that holds a wall display's secret */
  wall: (secret: string) => Reader | undefined;
  /** the holder of a machine's token */
  machine: (token: string) => Reader | undefined;
  /** Tells once when a reader's session or token is over, or may something else. @returns takes that back */
  onEnd: (reader: Reader, told: () => void) => () => void;
  /** Signs the audit log's head. */
  sign: () => Promise<void>;
  /** An audit note of a reader's act, now. */
  noteOf: (by: Reader, action: string, subject: string, detail: CanonicalValue) => Note;
  /** epoch ms */
  now: () => number;
  stop(): void;
}

export interface AccessParts {
  store: AccessStore;
  wallStore: WallStore;
  requestStore: RequestStore;
  policy: AccessPolicy;
  newId: () => string;
  log: Pick<Logger, "warn" | "error">;
  machines: readonly MachineAccount[];
  /** file of the key that seals second factors */
  sealFile: string;
  keeper: Pick<HeadKeeper, "sign">;
  /** epoch ms */
  now: () => number;
}

/** What an authenticator shows above the code. */
const ISSUER = "Forecourt";

export function openAccess(parts: AccessParts): Access {
  const { store, wallStore, requestStore, policy, machines, sealFile, keeper, newId, log, now } = parts;
  const directory = new Directory({ store, roles: loadRoles(), policy, now });
  const sessions = new Sessions({ store, policy, now });
  const passwords = new Passwords();
  const seal = Seal.ofFile(sealFile);
  const configured = new MachineAccounts(machines);
  const tokens = new Tokens({ store, directory, now });
  const walls = new Walls({ store: wallStore, directory, newId, now });
  const requests = new Requests({ store: requestStore, access: store, directory, newId, now });
  requests.seedCalendar();
  const { endsSoon, until } = requests.calendar();
  if (endsSoon)
    log.warn({ event: "calendar-ends", until }, "the calendar of working days ends soon: enter the next year");
  const administration = new Administration({
    ...{ store, directory, requests, sessions, tokens, passwords, policy, newId, now },
  });
  const sweep = () => {
    sessions.sweep();
    tokens.flush();
    tokens.sweep();
    walls.sweep();
    for (const { id, dueMs } of requests.remind())
      log.warn({ event: "request-overdue", id, dueMs }, "a request is overdue");
    store.forgetAttempts(now() - limits.access.attemptsForMs);
  };
  const sweeping = setInterval(() => {
    try {
      sweep();
    } catch (error) {
      // A full disk is no reason to stop: the next sweep tries again.
      log.error({ event: "access-sweep", err: error }, "sessions and requests could not be swept");
    }
  }, limits.access.sweepMs).unref();
  return {
    store,
    policy,
    directory,
    sessions,
    requests,
    administration,
    requestStore,
    walls,
    wall: (secret) => walls.reader(secret),
    signIn: new SignIn({ store, directory, sessions, passwords, seal, policy, issuer: ISSUER, now }),
    machine: (token) => configured.of(token) ?? tokens.reader(token),
    onEnd: (reader, told) =>
      reader.session === null ? tokens.onEnd(reader, told) : sessions.onEnd(reader.session, told),
    sign: () => keeper.sign(),
    noteOf: (by, action, subject, detail) => note(by, now(), action, subject, detail),
    now,
    stop: () => {
      clearInterval(sweeping);
      sessions.sweep();
      tokens.flush();
    },
  };
}
