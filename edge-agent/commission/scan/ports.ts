/** The serial ports of this box, each by a name that stays: adapters below by-id, and the ports of its own board. */
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";

export interface PortFolders {
  /** names of adapters that stay the same when one is plugged in again */
  adapters: string;
  /** what the kernel says of each tty; undefined: ports of the board are not looked for */
  board: string | undefined;
}

export const SYSTEM_PORTS: PortFolders = { adapters: "/dev/serial/by-id", board: "/sys/class/tty" };

/** Ports of the board: 8250 and what ARM boards have. USB adapters have a name below by-id, and are found there. */
const BOARD_PORT = /^tty(S|AMA|mxc|O|THS|SC|STM|PS)[0-9]+$/;
/** The kernel keeps nodes for ports that the board does not have; their type is this. */
const NO_HARDWARE = "0";

/** Paths of all serial ports, adapters first, in a steady order. */
export function serialPorts({ adapters, board }: PortFolders): string[] {
  const named = listed(adapters).map((name) => join(adapters, name));
  if (board === undefined) return named;
  const known = new Set(named.map(target));
  const consoles = new Set(text(join(board, "console", "active")).split(/\s+/));
  const own = listed(board)
    .filter((name) => BOARD_PORT.test(name) && !consoles.has(name))
    .filter((name) => isThere(text(join(board, name, "type"))))
    .map((name) => `/dev/${name}`)
    .filter((path) => !known.has(path));
  return [...named, ...own];
}

/** A driver that states no type has hardware, or it would have no node. */
function isThere(type: string): boolean {
  return type !== NO_HARDWARE;
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
  } catch {
    return [];
  }
}

function target(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function text(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "";
  }
}
