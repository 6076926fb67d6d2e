"use strict";
// Loaded before anything else (`node -r ./main/node/guard.cjs entry.ts`). It is plain old CommonJS, so that every Node
// can read it: below Node 24 an entry in TypeScript does not load, and better-sqlite3 ends the process with a segfault.

// Node-API 10 is what better-sqlite3's prebuilt binaries need; Node 24 strips types and has the sockets we use.
var major = Number(process.versions.node.split(".")[0]);
if (major < 24 || !(Number(process.versions.napi) >= 10)) {
  process.stderr.write(
    "Rollcall needs Node 24 or newer and this is Node " +
      process.version.slice(1) +
      "; nothing was started. Run it through npm (npm start, npm run ...), which uses the Node 24 that `npm ci` fetches, or install Node 24. (ENV_NODE_TOO_OLD)\n",
  );
  // 78 is EX_CONFIG of sysexits.h: the environment is wrong, trying again does not help.
  process.exit(78);
}
