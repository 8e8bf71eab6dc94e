/** What people want to be told, their addresses, and how channels are set up, in SQLite. */
import type Database from "better-sqlite3";
import type { Note } from "../../access/store.ts";
import type { AuditTable } from "../../audit/table.ts";
import type { Preferences } from "../../notices/preferences.ts";
import type { Address, ChannelSetting, NoticeStore } from "../../notices/store.ts";

type People = Pick<
  NoticeStore,
  "preferences" | "setPreferences" | "addresses" | "saveAddress" | "removeAddress" | "channels" | "setChannel"
>;

export function noticePeople(raw: Database.Database, audit: Pick<AuditTable, "append">): People {
  const together = (note: Note | undefined, work: () => void) =>
    raw.transaction(() => {
      work();
      if (note !== undefined) audit.append(note);
    })();
  const preferences = raw.prepare<[string], { preferences: string }>(
    "SELECT preferences FROM notice_person WHERE account = ?",
  );
  const setPreferences = raw.prepare("INSERT OR REPLACE INTO notice_person VALUES (?, ?)");
  const addresses = raw.prepare<[string], { body: string }>("SELECT body FROM notice_address WHERE account = ?");
  const saveAddress = raw.prepare("INSERT OR REPLACE INTO notice_address VALUES (?, ?, ?)");
  const removeAddress = raw.prepare("DELETE FROM notice_address WHERE account = ? AND channel = ?");
  const channels = raw.prepare<[], { id: string; setting: string }>("SELECT * FROM notice_channel");
  const setChannel = raw.prepare("INSERT OR REPLACE INTO notice_channel VALUES (?, ?)");
  return {
    preferences: (account) => {
      const row = preferences.get(account);
      return row === undefined ? undefined : (JSON.parse(row.preferences) as Preferences);
    },
    setPreferences: (account, wanted, note) =>
      together(note, () => setPreferences.run(account, JSON.stringify(wanted))),
    addresses: (account) => addresses.all(account).map(({ body }) => JSON.parse(body) as Address),
    saveAddress: (address, note) =>
      together(note, () => saveAddress.run(address.account, address.channel, JSON.stringify(address))),
    removeAddress: (account, channel, note) => together(note, () => removeAddress.run(account, channel)),
    channels: () => new Map(channels.all().map(({ id, setting }) => [id, JSON.parse(setting) as ChannelSetting])),
    setChannel: (id, setting, note) => together(note, () => setChannel.run(id, JSON.stringify(setting))),
  };
}
