"use strict";

/**
 * The arrows of the house (docs/architecture.md). Each rule says who may not see whom, and why.
 * `from` and `to` are regular expressions over paths from the root; the `#…` aliases are resolved by package.json.
 */

const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

/** Everything of ours that `from` does not list as allowed. `allowed` are path prefixes. */
const onlyOurs = (name, comment, from, allowed) =>
  forbid(name, comment, { path: from }, { path: "^(main|preload|renderer|shared|test)/", pathNot: allowed });

/** Packages and Node modules that `from` may not have, since they are not listed. */
const onlyPackages = (name, comment, from, allowed) =>
  forbid(
    name,
    comment,
    { path: from },
    { dependencyTypes: ["npm", "npm-dev", "npm-optional", "npm-peer", "npm-no-pkg", "npm-unknown", "core"], pathNot: allowed },
  );

const npm = (...names) => names.map((name) => `(^|/)node_modules/(@types/)?${name}/`);

/** Where programs begin. Screens are entries, since the router finds them by a glob. */
const ENTRIES =
  "^(main/(agent|cli)/main\\.ts|main/agent/sockets/hold-sockets\\.ts|main/application/rollcall-client\\.ts|main/build/(build|check|dev|docs)\\.ts|main/adapters/delta-process/delta-program\\.ts|main/demo/demo\\.ts|main/drain/drain\\.ts|main/launcher/(start|report-download)\\.ts|main/desktop/(entry|host/(control-plane-process|delta-program))\\.ts|preload/index\\.ts|renderer/main\\.ts|renderer/features/[^/]+/screen\\.tsx)$";

const shared = [
  onlyOurs("shared-lib-stands-alone", "The bottom of the house.", "^shared/lib/", ["^shared/lib/"]),
  onlyOurs("shared-errors-sees-lib", "Errors know no domain.", "^shared/errors/", ["^shared/(lib|errors)/"]),
  onlyOurs("shared-domain-sees-domain", "Decisions know no wire and no API.", "^shared/domain/", ["^shared/(lib|errors|domain)/"]),
  onlyOurs("shared-protocol-sees-domain", "The agent's wire and the API do not know each other.", "^shared/protocol/", [
    "^shared/(lib|errors|domain|protocol)/",
  ]),
  onlyOurs("shared-contract-sees-domain", "The agent's wire and the API do not know each other.", "^shared/contract/", [
    "^shared/(lib|errors|domain|contract)/",
  ]),
  onlyOurs("shared-sees-shared", "shared runs anywhere, so it imports nothing that does not.", "^shared/", ["^shared/"]),
  onlyPackages(
    "shared-is-portable",
    "shared runs in browsers, agents and tests: zod, semver, canonical JSON and the contract builder only.",
    "^shared/",
    [...npm("zod", "semver", "@orpc/contract", "@tufjs/canonical-json")],
  ),
];

const main = [
  onlyOurs("node-knows-no-domain", "main/node is plumbing: no domain words.", "^main/node/", ["^main/node/", "^shared/(lib|errors)/"]),
  onlyOurs("control-plane-takes-ports", "The brain takes ports in; adapters and shells come to it.", "^main/control-plane/", [
    "^main/(control-plane|node)/",
    "^shared/",
  ]),
  onlyOurs("adapters-implement-ports", "An adapter knows its port and its driver, not the services behind the port.", "^main/adapters/", [
    "^main/(adapters|node)/",
    "^main/control-plane/(ports|db)/",
    "^shared/",
  ]),
  onlyOurs(
    "agent-stands-alone",
    "The agent ships by itself, without native modules, and never contains the control plane.",
    "^main/agent/",
    ["^main/(agent|node)/", "^shared/"],
  ),
  onlyOurs("application-stands-alone", "What applications import: Node, and the words of their socket.", "^main/application/", [
    "^main/application/",
    "^shared/protocol/application-ipc\\.ts$",
  ]),
  onlyPackages("application-needs-nothing", "A library that applications import brings no packages with it.", "^main/application/", [
    "^(node:)?[a-z/_]+$",
  ]),
  onlyOurs(
    "client-speaks-contract",
    "What the CLI, the demo and scripts share: a client of the contract, and nothing of the other side.",
    "^main/client/",
    ["^main/(client|node)/", "^shared/"],
  ),
  onlyOurs("drain-goes-along", "Applications take it along: one file that sees Node alone.", "^main/drain/", ["^main/drain/"]),
  onlyOurs("build-stands-alone", "The tools run before anything is built.", "^main/build/", ["^main/(build|client|node)/", "^shared/"]),
  forbid(
    "shells-enter-through-compose",
    "A shell composes the control plane and speaks its contract; services, repositories and handlers are not its business.",
    { path: "^main/(server|cli|desktop|demo|launcher)/" },
    { path: "^main/control-plane/", pathNot: "^main/control-plane/(compose\\.ts$|ports/)" },
  ),
  forbid(
    "nothing-imports-a-shell",
    "Shells are where programs begin. Only the launcher, the demo and `rollcall serve` start another one.",
    { path: "^(main|shared|preload|renderer)/", pathNot: "^main/(server|cli|desktop|demo|launcher)/" },
    { path: "^main/(server|cli|desktop|demo|launcher)/" },
  ),
  forbid(
    "server-imports-no-shell",
    "The server is started by others and starts nobody.",
    { path: "^main/(server|desktop)/" },
    { path: "^main/(cli|demo|launcher)/" },
  ),
  forbid(
    "no-native-modules-in-agents",
    "The agent runs on machines that we do not know: nothing native, nothing of the control plane's.",
    { path: "^main/(agent|node)/" },
    { path: npm("better-sqlite3", "kysely", "@orpc/.*", "electron") },
  ),
];

const renderer = [
  forbid(
    "renderer-speaks-contract",
    "The renderer sees shared and itself; everything else comes over the contract.",
    { path: "^renderer/" },
    {
      path: "^(main|preload|test)/",
    },
  ),
  forbid(
    "features-are-strangers",
    "A feature never imports another; what two need is a component, a chart or data.",
    { path: "^renderer/features/([^/]+)/" },
    {
      path: "^renderer/features/",
      pathNot: "^renderer/features/$1/",
    },
  ),
  forbid(
    "parts-know-no-screens",
    "Components, charts, data and stores are used by screens and know none.",
    {
      path: "^renderer/(components|charts|data|stores|styles)/",
    },
    { path: "^renderer/(features|app)/" },
  ),
  forbid(
    "features-know-no-app",
    "The app mounts features, not the other way round.",
    { path: "^renderer/features/" },
    { path: "^renderer/app/" },
  ),
  forbid(
    "components-hold-no-data",
    "Components take what they show as properties.",
    { path: "^renderer/(components|charts|styles)/" },
    {
      path: "^renderer/(data|stores)/",
    },
  ),
  forbid(
    "stores-are-strangers",
    "A store never imports another store.",
    { path: "^renderer/stores/([^/]+)$" },
    {
      path: "^renderer/stores/",
      pathNot: "^renderer/stores/$1$",
    },
  ),
  forbid(
    "preload-sees-types",
    "The preload bundle holds its own few lines and names from shared.",
    { path: "^preload/" },
    {
      path: "^(main|renderer|test)/",
    },
  ),
];

const everywhere = [
  forbid(
    "no-cycles",
    "A cycle, a type-only one included, means that two files are one.",
    {},
    { circular: true, viaOnly: { pathNot: "(^|/)node_modules/" } },
  ),
  forbid(
    "every-file-is-reached",
    "A file that no program leads to is dead, or kept alive by its tests alone.",
    { path: ENTRIES },
    { path: "^(main|preload|shared|renderer)/.*\\.tsx?$", pathNot: ["\\.d\\.ts$", "\\.config\\.ts$", ENTRIES], reachable: false },
  ),
  forbid(
    "everything-resolves",
    "An import that leads nowhere fails at run time only.",
    {},
    { couldNotResolve: true, pathNot: "^vite/client$" },
  ),
  forbid(
    "unit-tests-touch-nothing",
    "What needs a disk, a socket or a process is proved in test/integration.",
    { path: "^test/unit/" },
    { path: "^(node:)?(fs|fs/promises|net|http|https|http2|tls|dgram|child_process|worker_threads|cluster)$", dependencyTypes: ["core"] },
  ),
  forbid("nothing-imports-tests", "What ships knows no test.", { path: "^(main|shared|preload|renderer)/" }, { path: "^test/" }),
  forbid(
    "electron-stays-in-its-folder",
    "Electron cannot run everywhere we test; only main/desktop and preload import it.",
    { path: "^(main|shared|renderer|test)/", pathNot: ["^main/desktop/", "^test/"] },
    { path: "(^|/)electron(/|$)", dependencyTypes: ["npm", "npm-dev", "npm-no-pkg", "npm-unknown"] },
  ),
  forbid(
    "ships-with-its-dependencies",
    "Code that ships may not need a development dependency at run time.",
    { path: "^(main|shared|renderer)/", pathNot: ["^main/(build|desktop|launcher)/", "vite\\.config\\.ts$"] },
    { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only", "npm", "npm-optional"], pathNot: "(^|/)node_modules/@types/" },
  ),
];

module.exports = {
  forbidden: [...everywhere, ...shared, ...main, ...renderer],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "types", "default"],
      mainFields: ["module", "main", "types"],
      extensions: [".ts", ".tsx", ".d.ts", ".mjs", ".js", ".cjs", ".json", ".css"],
    },
    cache: false,
  },
};
