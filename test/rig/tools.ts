/** Foreign tools that the tests speak to. Where one is missing, the tests that need it skip and say why. */
import { spawn, spawnSync } from "node:child_process";

/** @returns whether the command is on PATH; says so loudly when it is not */
export function hasTool(command: string, debianPackage: string): boolean {
  const found = spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;
  if (!found)
    process.stderr.write(`\n!!! ${command} is missing: its tests are SKIPPED (apt-get install ${debianPackage})\n`);
  return found;
}

export interface Ran {
  code: number | null;
  output: string;
}

/** Runs a tool to its end. @param deadlineMs after which it is killed */
export function runTool(command: string, args: readonly string[], deadlineMs = 20_000): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
    const deadline = setTimeout(() => child.kill("SIGKILL"), deadlineMs);
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(deadline);
      resolve({ code, output });
    });
  });
}
