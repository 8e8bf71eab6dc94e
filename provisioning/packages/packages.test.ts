import { describe, expect, test } from "vitest";
import { type Lock, neededPackages } from "./closure.ts";
import { elfArch, isNeededAtRunTime, isOurProgram } from "./contents.ts";

const lock: Lock = {
  packages: {
    agent: { dependencies: { "@forecourt/protocol": "0", a: "1", native: "1", "@types/a": "1" } },
    protocol: { dependencies: { yaml: "1" } },
    "node_modules/@forecourt/protocol": { link: true, resolved: "protocol" },
    "node_modules/yaml": { version: "1.0.0" },
    "agent/node_modules/a": { version: "1.0.0", dependencies: { b: "2" } },
    "agent/node_modules/b": { version: "2.0.0" },
    "node_modules/a": { version: "9.0.0" },
    "node_modules/b": { version: "9.0.0" },
    "node_modules/native": {
      optionalDependencies: { "native-arm": "1", "native-x64": "1", "native-musl": "1", "native-win": "1" },
    },
    "node_modules/native-arm": { os: ["linux"], cpu: ["arm64"], libc: ["glibc"] },
    "node_modules/native-x64": { os: "linux", cpu: "x64" },
    "node_modules/native-musl": { os: ["linux"], cpu: ["x64"], libc: ["musl"] },
    "node_modules/native-win": { os: ["win32"], cpu: ["x64"] },
    "node_modules/unneeded": { version: "1.0.0" },
  },
};

describe("the packages that a program needs", () => {
  test("are those that Node would find from it, for its kind of machine, and no others", () => {
    expect(neededPackages(lock, "agent", "amd64").map(({ path }) => path)).toEqual([
      "agent/node_modules/a",
      "agent/node_modules/b",
      "node_modules/native",
      "node_modules/native-x64",
      "node_modules/yaml",
      "protocol",
    ]);
    expect(neededPackages(lock, "agent", "arm64").map(({ name }) => name)).toContain("native-arm");
  });

  test("must all stand in the lock file", () => {
    const broken = { packages: { agent: { dependencies: { missing: "1" } } } };
    expect(() => neededPackages(broken, "agent", "amd64")).toThrow("no missing");
  });
});

test.each([
  ["drivers/driver.ts", true],
  ["profiles/generic-gauge.yaml", true],
  ["drivers/driver.test.ts", false],
  ["drivers/gauge.test-support.ts", false],
  ["bench/backlog.ts", false],
  ["node_modules/mqtt/package.json", false],
])("our own file %s is packed: %s", (path, packed) => {
  expect(isOurProgram(path)).toBe(packed);
});

test.each([
  ["lib/index.js", true],
  ["LICENSE.md", true],
  ["README.md", false],
  ["index.d.ts", false],
  ["test/all.js", false],
  ["prebuilds/linux-x64.node", true],
  ["prebuilds/linux-arm64.node", false],
  ["prebuilds/linuxmusl-x64.node", false],
  ["prebuilds/linux-x64/@serialport+bindings-cpp.glibc.node", true],
  ["prebuilds/linux-x64/@serialport+bindings-cpp.musl.node", false],
  ["prebuilds/win32-x64.node", false],
  ["argon2.linux-x64-gnu.node", true],
])("a dependency's file %s is packed for amd64: %s", (path, packed) => {
  expect(isNeededAtRunTime(path, "amd64")).toBe(packed);
});

test("a program's machine is read from its ELF header", () => {
  const head = Buffer.alloc(64);
  head.write("\u007fELF", "latin1");
  head.writeUInt16LE(183, 18);
  expect(elfArch(head)).toBe("arm64");
  head.writeUInt16LE(62, 18);
  expect(elfArch(head)).toBe("amd64");
  head.writeUInt16LE(40, 18);
  expect(elfArch(head)).toBe("other");
  expect(elfArch(Buffer.from("#!/bin/sh"))).toBeUndefined();
});
