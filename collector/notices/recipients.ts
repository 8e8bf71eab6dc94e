/** Who can be told: everybody with an account that is open, and every group that the administrator set up. */
import { countiesOf, type Directory } from "../access/directory.ts";
import type { Reader } from "../access/reader.ts";
import { mostOf } from "../access/roles.ts";
import type { AccessStore } from "../access/store.ts";
import { type Channel, isPersonal } from "./channels/channel.ts";
import { DEFAULT_PREFERENCES, type Preferences } from "./preferences.ts";
import type { Address, ChannelSetting, NoticeStore } from "./store.ts";

export interface Recipient {
  /** as deliveries name it */
  id: string;
  reader: Reader;
  preferences: Preferences;
  /** channels on which it can be reached now, beside the screen, each with the address there; null for a group */
  reachable: ReadonlyMap<string, string | null>;
}

export interface RecipientsParts {
  store: Pick<NoticeStore, "preferences" | "addresses" | "channels">;
  access: Pick<AccessStore, "accounts" | "units">;
  directory: Pick<Directory, "holder" | "unit" | "roles">;
  channels: ReadonlyMap<string, Channel>;
}

const UNIT = "unit:";

export class Recipients {
  readonly #parts: RecipientsParts;

  constructor(parts: RecipientsParts) {
    this.#parts = parts;
  }

  /** Everybody, as of now. */
  all(): Recipient[] {
    const { access, store, channels } = this.#parts;
    const personal = this.personal();
    const people = access.accounts().flatMap(({ login }) => this.#person(login, personal) ?? []);
    const groups = [...store.channels()].flatMap(([id, setting]) => {
      const channel = channels.get(id);
      return channel === undefined || isPersonal(channel.kind) ? [] : (this.#group(id, setting) ?? []);
    });
    return [...people, ...groups];
  }

  /** A delivery's recipient as of now; undefined when the account or unit is closed, or the channel is off. */
  of(id: string, channel: string): Recipient | undefined {
    if (!id.startsWith(UNIT)) return this.#person(id);
    const setting = this.#parts.store.channels().get(channel);
    return setting?.unit === id.slice(UNIT.length) ? this.#group(channel, setting) : undefined;
  }

  /** Personal channels that are configured and not switched off. */
  personal(): Channel[] {
    const settings = this.#parts.store.channels();
    return [...this.#parts.channels.values()].filter(
      ({ id, kind }) => isPersonal(kind) && (settings.get(id)?.enabled ?? true),
    );
  }

  #person(login: string, personal = this.personal()): Recipient | undefined {
    const { directory, store } = this.#parts;
    const reader = directory.holder(login);
    if (reader === undefined) return undefined;
    const addresses = store.addresses(login);
    const reachable = personal.flatMap(({ id, kind }) => {
      const address = confirmed(addresses, kind);
      return address === undefined ? [] : [[id, address] as const];
    });
    const preferences = store.preferences(login) ?? DEFAULT_PREFERENCES;
    return { id: login, reader, preferences, reachable: new Map(reachable) };
  }

  /** A group is told what its unit's people may see, whoever of them is in it. */
  #group(channel: string, { enabled, unit: id, preferences }: ChannelSetting): Recipient | undefined {
    const { directory } = this.#parts;
    const unit = id === null ? undefined : directory.unit(id);
    if (!enabled || unit === undefined || unit.closedMs !== null || preferences === null) return undefined;
    const reader: Reader = {
      account: `${UNIT}${unit.id}`,
      name: unit.name,
      kind: "machine",
      unit: unit.id,
      department: unit.department,
      counties: countiesOf(unit, null),
      grants: mostOf(unit, directory.roles),
      session: null,
    };
    return { id: reader.account, reader, preferences, reachable: new Map([[channel, null]]) };
  }
}

function confirmed(addresses: readonly Address[], kind: string): string | undefined {
  return addresses.find((one) => one.channel === kind && one.confirmedMs !== null)?.address;
}
