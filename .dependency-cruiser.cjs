/** Imports point one way: protocol ← edge-agent, collector, simulators, provisioning; never between those four. */
const programs = "edge-agent|collector|simulators|provisioning";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "protocol-imports-nothing-of-ours",
      severity: "error",
      from: { path: "^protocol/" },
      to: { path: `^(${programs}|test)/` },
    },
    {
      name: "programs-meet-only-over-the-wire",
      severity: "error",
      from: { path: `^(${programs})/` },
      to: { path: `^(${programs}|test)/`, pathNot: "^$1/" },
    },
    {
      name: "screens-take-only-types-of-the-api",
      severity: "error",
      from: { path: "^collector/web/" },
      to: {
        path: "^collector/",
        pathNot:
          "^collector/(web/|api/((equipment|access|statistics|registry|case|notice|inspection|map|device|rollout)-)?schemas\\.ts$)",
      },
    },
    {
      name: "protocol-does-no-io",
      severity: "error",
      from: { path: "^protocol/", pathNot: "\\.test\\.ts$" },
      to: { path: "^(node:)?(fs|net|http|https|tls|dgram|child_process|worker_threads|timers)(/|$)" },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    { name: "nothing-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    // TypeScript 7 has no programming interface yet that dependency-cruiser could use. swc sees type-only imports by
    // itself; `tsPreCompilationDeps` would change nothing but warn that the compiler is missing.
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/dist/|node_modules/(?!@forecourt)" },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".tsx", ".js"],
    },
  },
};
