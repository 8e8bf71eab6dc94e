/** A tank gauge console on its line: serial, or the same bytes over TCP. */
import { CommandScanner } from "../devices/gauge-console/commands.ts";
import type { GaugeConsole } from "../devices/gauge-console/device.ts";
import { AnsweringPort, type LineSurroundings } from "./answering-port.ts";
import type { SerialLine } from "./tax-port-line.ts";
import type { WireSettings } from "./wire.ts";

/** The line of one console. @param habits how long it thinks, and whether it answers at all, at present */
export function consoleLine(
  device: GaugeConsole,
  habits: { settings: WireSettings; turnaroundMs: () => number; awake: () => boolean },
  surroundings: LineSurroundings,
): SerialLine {
  const scanner = new CommandScanner();
  const port = new AnsweringPort({
    ...surroundings,
    settings: habits.settings,
    heard: (bytes) => {
      for (const command of scanner.push(bytes)) {
        surroundings.refresh();
        if (!habits.awake()) continue;
        const answer = device.answer(command);
        const request = Buffer.from(`\x01${command.text}`, "latin1");
        surroundings.onWire({ device: device.name, request, frames: [answer] });
        port.answer([answer], request.length, habits.turnaroundMs());
      }
    },
  });
  return { plug: () => port.plug(), pull: () => port.pull() };
}
