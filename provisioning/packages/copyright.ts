/** The copyright file of a Debian package: our own licence, and the name and licence of everything that comes with it. */
import type { NeededPackage } from "./closure.ts";

/** @param licence text of our own licence @param shipped packages that are part of the Debian package */
export function copyrightText(licence: string, shipped: readonly NeededPackage[]): string {
  const rows = shipped
    .map(({ name, entry }) => `  ${name} ${entry.version ?? ""}: ${entry.license ?? "see its folder"}`)
    .sort();
  return [
    "Copyright (C) 2026 The Forecourt contributors",
    "",
    "Forecourt is licensed under the Apache License, Version 2.0. On Debian systems its text is",
    "/usr/share/common-licenses/Apache-2.0; the copy of the project begins:",
    "",
    ...licence.split("\n").slice(0, 5),
    "",
    "The package holds these parts of others, unchanged, each with its own licence beside it:",
    "",
    ...new Set(rows),
    "",
  ].join("\n");
}
