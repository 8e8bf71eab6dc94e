/** `npm run provision`: everything that makes a box in a carton a trusted station. Wires and reports; decides nothing. */
import { Command } from "commander";
import { brokerCommands } from "./commands/broker.ts";
import { caCommands } from "./commands/ca.ts";
import { commissionCommand } from "./commands/commission.ts";
import { packageCommands } from "./commands/packages.ts";
import { updateCommands } from "./commands/updates.ts";

const program = new Command("provision").description(
  "Certificate authority and installation of gateways: from a box in a carton to a trusted station.",
);
caCommands(program);
packageCommands(program);
commissionCommand(program);
brokerCommands(program);
updateCommands(program);
await program.parseAsync();
