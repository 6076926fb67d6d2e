// A Node service that changes versions under Rollcall without a failed request. It takes main/drain/drain.ts along:
// build it once with `npm run build drain` and put dist/drain/rollcall-drain.js beside your program.
import { createServer } from "node:http";
import { serve } from "./rollcall-drain.js";

const version = process.env.ROLLCALL_VERSION ?? "dev";
const server = createServer((_request, response) => response.end(version));

// Listens on the socket named "http" (or on port 8080 at your desk), says that it is ready, drains on SIGTERM.
await serve(server, { name: "http", otherwise: { host: "127.0.0.1", port: 8080 } });
