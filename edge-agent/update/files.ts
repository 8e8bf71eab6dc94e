/**
 * An update on disk, below one folder:
 *
 *     state.json     how far it has come
 *     current        link to the slot in force; without it, the version that the Debian package installed
 *     a/ b/          the slots, each with the signed manifest of what it holds
 *     pieces/        what has been fetched and not yet been put together
 */
import { mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { replaceFile, syncFolder } from "../disk/replace-file.ts";
import { after, asState, type Place, type Slot, type UpdateEvent, type UpdateState } from "./state.ts";

const STATE = "state.json";
const CURRENT = "current";
const PIECES = "pieces";
const MANIFEST = "manifest.fcu";

export class UpdateFiles {
  readonly folder: string;
  /** where the Debian package installed its version */
  readonly factory: string;

  constructor(folder: string, factory: string) {
    this.folder = folder;
    this.factory = factory;
  }

  get pieces(): string {
    return join(this.folder, PIECES);
  }

  /** The update under way or the last one; undefined when there was none, or none that can be read. */
  state(): UpdateState | undefined {
    try {
      return asState(JSON.parse(readFileSync(join(this.folder, STATE), "utf8")));
    } catch {
      return undefined;
    }
  }

  /** @throws Error when the disk refuses */
  write(state: UpdateState): UpdateState {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    replaceFile(join(this.folder, STATE), JSON.stringify(state));
    return state;
  }

  /** Moves the update on. @returns how it stands now; undefined when there is none @throws Error when the disk refuses */
  advance(event: UpdateEvent): UpdateState | undefined {
    const state = this.state();
    return state === undefined ? undefined : this.write(after(state, event));
  }

  /** The update is over and its end has been told. */
  forget(): void {
    rmSync(join(this.folder, STATE), { force: true });
    syncFolder(this.folder);
  }

  /** Which version is in force. */
  current(): Place {
    try {
      const target = readlinkSync(join(this.folder, CURRENT));
      return target === "a" || target === "b" ? target : "factory";
    } catch {
      return "factory";
    }
  }

  /** Puts a version in force, in one step. */
  switchTo(place: Place): void {
    const link = join(this.folder, CURRENT);
    if (place === "factory") rmSync(link, { force: true });
    else {
      rmSync(`${link}.new`, { force: true });
      symlinkSync(place, `${link}.new`);
      renameSync(`${link}.new`, link);
    }
    syncFolder(this.folder);
  }

  /** The folder of a version: runtime/, edge-agent/, protocol/, node_modules/. */
  home(place: Place): string {
    return place === "factory" ? this.factory : join(this.folder, place);
  }

  manifestFile(slot: Slot): string {
    return join(this.folder, slot, MANIFEST);
  }
}
