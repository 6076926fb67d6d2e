import { defineConfig } from "oxlint";

type Ban = { readonly name: string; readonly message: string };

/** Modules that one part of the house may import, and what everyone else takes instead. */
const bans = {
  electron: {
    name: "electron",
    message: "Only main/desktop and preload talk to Electron; put what you need behind a port or into main/desktop.",
  },
  sqlite: { name: "better-sqlite3", message: "Only main/adapters opens databases; take the read and write handles of control-plane/db." },
  http: {
    name: "node:http",
    message: "The control plane knows no HTTP; serve it in main/server, call out through a port with an adapter.",
  },
  https: {
    name: "node:https",
    message: "The control plane knows no HTTP; serve it in main/server, call out through a port with an adapter.",
  },
  net: { name: "node:net", message: "The control plane knows no sockets; put the adapter behind a port of control-plane/ports." },
  tls: { name: "node:tls", message: "The control plane knows no sockets; put the adapter behind a port of control-plane/ports." },
  process: {
    name: "node:child_process",
    message: "The control plane starts no processes; put the adapter behind a port of control-plane/ports.",
  },
  files: { name: "node:fs", message: "The control plane touches no disk; put the adapter behind a port of control-plane/ports." },
  filesPromises: {
    name: "node:fs/promises",
    message: "The control plane touches no disk; put the adapter behind a port of control-plane/ports.",
  },
  timers: {
    name: "node:timers",
    message: "Timers are the Clock port's (control-plane/ports), so that tests and simulations own the time.",
  },
  timersPromises: {
    name: "node:timers/promises",
    message: "Timers are the Clock port's (control-plane/ports), so that tests and simulations own the time.",
  },
  ws: { name: "ws", message: "The control plane knows no transport; links are served by a shell and handed in." },
} as const satisfies Record<string, Ban>;

/** One rule value per list, since a later override replaces the rule instead of adding to it. */
const importBans = (...list: readonly Ban[]): ["error", { paths: Ban[] }] => ["error", { paths: [...list] }];

const clock = "Take the Clock port (control-plane/ports), so that tests and simulations own the time.";
const ids = "Take the Ids port (control-plane/ports), so that tests and simulations own the randomness.";
const bannedTimers = ["setTimeout", "setInterval"].map((name) => ({ name, message: clock }));
const bannedProperties = [
  { object: "Date", property: "now", message: clock },
  { object: "performance", property: "now", message: clock },
  { object: "process", property: "hrtime", message: clock },
  { object: "Math", property: "random", message: ids },
  { object: "crypto", property: "randomUUID", message: ids },
  { object: "crypto", property: "getRandomValues", message: ids },
];

/** Correctness is on as a whole; what stands below is what this project asks for on top, or does without. */
export default defineConfig({
  plugins: ["typescript", "unicorn", "oxc", "import", "promise", "node", "react", "jsx-a11y", "vitest"],
  options: { typeAware: true, reportUnusedDisableDirectives: "error" },
  categories: { correctness: "error" },
  ignorePatterns: ["dist/", "coverage/", "screenshots/", "node_modules/"],
  rules: {
    // Types.
    "typescript/no-explicit-any": "error",
    "typescript/no-unsafe-argument": "error",
    "typescript/no-unsafe-assignment": "error",
    "typescript/no-unsafe-call": "error",
    "typescript/no-unsafe-member-access": "error",
    "typescript/no-unsafe-return": "error",
    "typescript/no-non-null-assertion": "error",
    "typescript/no-unnecessary-type-assertion": "error",
    "typescript/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    "typescript/consistent-type-imports": "error",
    "typescript/ban-ts-comment": "error",
    "typescript/no-deprecated": "error",
    // Promises and errors.
    "typescript/no-floating-promises": ["error", { checkThenables: true }],
    "typescript/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
    "typescript/return-await": ["error", "error-handling-correctness-only"],
    // What was caught as unknown may go on as it came.
    "typescript/only-throw-error": ["error", { allowThrowingUnknown: true, allowThrowingAny: false }],
    "typescript/prefer-promise-reject-errors": ["error", { allowThrowingUnknown: true, allowThrowingAny: false }],
    "typescript/use-unknown-in-catch-callback-variable": "error",
    "preserve-caught-error": "error",
    // Habits that read as accidents.
    eqeqeq: ["error", "always"],
    "no-var": "error",
    "prefer-const": "error",
    "no-param-reassign": "error",
    "no-eval": "error",
    "no-new-func": "error",
    "no-self-compare": "error",
    "no-else-return": "error",
    "no-lonely-if": "error",
    "no-unneeded-ternary": "error",
    "unicorn/no-array-for-each": "error",
    "unicorn/prefer-node-protocol": "error",
    "unicorn/filename-case": ["error", { case: "kebabCase" }],
    // Shape of the house. Enums and namespaces do not compile (erasableSyntaxOnly); sizes are counted by test/architecture.
    "import/no-default-export": "error",
    "import/no-duplicates": "error",
    "import/no-mutable-exports": "error",
    "oxc/no-barrel-file": ["error", { threshold: 0 }],
    "no-console": "error",
    "node/no-process-env": "error",
    // Making an Ed25519 key takes microseconds.
    "node/no-sync": ["error", { ignores: ["generateKeyPairSync"] }],
    "no-restricted-imports": importBans(bans.electron),
    // The JSX transform brings React in by itself.
    "react/react-in-jsx-scope": "off",
    // What scrolls has to be reachable by keyboard; axe asks for it in the tests of the screens.
    "jsx-a11y/no-noninteractive-tabindex": "off",
    "react/rules-of-hooks": "error",
    "react/exhaustive-deps": "error",
    "vitest/no-focused-tests": "error",
    "vitest/no-identical-title": "error",
    "vitest/require-mock-type-parameters": "off",
    // That it fails is sometimes all that is promised.
    "vitest/require-to-throw-message": "off",
    // The second argument is the message that a failure shows.
    "vitest/valid-expect": ["error", { maxArgs: 2 }],
  },
  overrides: [
    {
      files: ["*.config.ts", "**/vite.config.ts", "**/*.d.ts", "**/*.d.cts"],
      rules: { "import/no-default-export": "off" },
    },
    {
      // Programs of other people, as they would write them: what they import is built beside them.
      files: ["docs/samples/**"],
      rules: { "node/no-process-env": "off", "typescript/no-unsafe-call": "off" },
    },
    {
      // Plain JavaScript for tools that read nothing else; the guard is written for the oldest Node there is.
      files: ["**/*.cjs"],
      rules: { "no-var": "off", "typescript/no-unsafe-assignment": "off", "typescript/no-unsafe-argument": "off" },
    },
    {
      // The places that turn the environment into typed values: configuration, and entries that hand it on.
      files: ["**/config.ts", "**/*-config.ts", "*.config.ts", "main/*/main.ts", "main/*/entry.ts", "main/*/start.ts", "main/build/**"],
      rules: { "node/no-process-env": "off" },
    },
    {
      // Programs that a person watches, or that end when their work is done.
      files: ["main/cli/**", "main/demo/**", "main/launcher/**", "main/build/**"],
      rules: { "no-console": "off", "node/no-sync": "off" },
    },
    {
      // Taken along by applications: its configuration is the environment, and a word on a pipe is one call.
      files: ["main/drain/**"],
      rules: { "node/no-process-env": "off", "node/no-sync": "off" },
    },
    {
      // Boot, before there is a loop to block.
      files: ["main/desktop/entry.ts", "main/**/boot/**", "main/**/boot-*.ts", "main/**/*-boot.ts"],
      rules: { "node/no-sync": "off" },
    },
    {
      files: ["main/desktop/**", "preload/**"],
      rules: { "no-restricted-imports": "off" },
    },
    {
      files: ["renderer/**"],
      rules: {
        // A virtualised grid and a drawn bar have no tag of their own; axe judges the page as it is drawn.
        "jsx-a11y/prefer-tag-over-role": "off",
        // It warns users of the React compiler, which we are not.
        "react/incompatible-library": "off",
      },
    },
    {
      files: ["shared/domain/**", "main/control-plane/**"],
      rules: {
        "no-restricted-imports": importBans(
          bans.electron,
          bans.sqlite,
          bans.http,
          bans.https,
          bans.net,
          bans.tls,
          bans.process,
          bans.files,
          bans.filesPromises,
          bans.timers,
          bans.timersPromises,
          bans.ws,
        ),
        "no-restricted-globals": ["error", { globals: bannedTimers, checkGlobalObject: true }],
        "no-restricted-properties": ["error", ...bannedProperties],
      },
    },
    {
      files: ["test/**"],
      rules: {
        "no-console": "off",
        "node/no-sync": "off",
        "node/no-process-env": "off",
        "typescript/no-non-null-assertion": "off",
        // Matchers such as expect.any() are typed as any.
        "typescript/no-unsafe-assignment": "off",
        "no-restricted-imports": "off",
        "no-restricted-globals": "off",
        "no-restricted-properties": "off",
      },
    },
  ],
});
