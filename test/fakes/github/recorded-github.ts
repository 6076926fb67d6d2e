import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { z } from "zod";

/** Exchanges with the real GitHub, as `@octokit/fixtures` recorded them. */
const exchange = z.object({
  scope: z.enum(["https://api.github.com:443", "https://uploads.github.com:443"]),
  method: z.string(),
  path: z.string(),
  body: z.unknown(),
  status: z.number(),
  response: z.unknown(),
  reqheaders: z.record(z.string(), z.union([z.string(), z.number()])),
  headers: z.record(z.string(), z.union([z.string(), z.number()])),
});
type Exchange = z.infer<typeof exchange>;

/** Headers of an answer that say how the recorded connection was kept, and not what was answered. */
const HOP_HEADERS = new Set(["connection", "content-length", "transfer-encoding", "content-encoding"]);
/** What we ask in addition, and what the recording is silent about: how many at once. */
const OWN_QUERY = ["per_page", "page"];

/** The token of every recording. */
export const RECORDED_TOKEN = "0000000000000000000000000000000000000001";

/**
 * Plays recorded exchanges of one scenario, in their order, on two origins of loopback. A request must be the recorded
 * one: method, path, token, accepted type, length and body; the first that is not is noted and answered 400.
 */
export class RecordedGithub {
  readonly faults: string[] = [];
  readonly #open: Exchange[];
  readonly #api: Server;
  readonly #uploads: Server;

  private constructor(exchanges: readonly Exchange[]) {
    this.#open = [...exchanges];
    const serve = (scope: Exchange["scope"]) => createServer((message, answer) => void this.#serve(scope, message, answer));
    this.#api = serve("https://api.github.com:443");
    this.#uploads = serve("https://uploads.github.com:443");
  }

  /** Starts a scenario; `only` names the exchanges that are played, by their place in it. Whoever starts it closes it. */
  static async start(scenario: string, only?: readonly number[]): Promise<RecordedGithub> {
    const folder = createRequire(import.meta.url)
      .resolve("@octokit/fixtures/package.json")
      .replace("package.json", "");
    const text = await readFile(`${folder}scenarios/api.github.com/${scenario}/normalized-fixture.json`, "utf8");
    const all = exchange.array().parse(JSON.parse(text));
    const github = new RecordedGithub(only === undefined ? all : only.map((index) => all[index]!));
    await Promise.all([github.#api, github.#uploads].map((one) => new Promise<void>((settle) => one.listen(0, "127.0.0.1", settle))));
    return github;
  }

  get apiUrl(): string {
    return originOf(this.#api);
  }

  /** Exchanges that nobody asked for yet. */
  get left(): readonly string[] {
    return this.#open.map((one) => `${one.method} ${one.path}`);
  }

  async close(): Promise<void> {
    for (const server of [this.#api, this.#uploads]) {
      server.closeAllConnections();
      await new Promise((settle) => server.close(settle));
    }
  }

  async #serve(scope: Exchange["scope"], message: IncomingMessage, answer: ServerResponse): Promise<void> {
    const next = this.#open.shift();
    const body = await bodyOf(message);
    const faults = next === undefined ? ["nothing more was recorded"] : differences(next, scope, message, body);
    if (next === undefined || faults.length > 0) {
      this.faults.push(`${message.method ?? ""} ${message.url ?? ""}: ${faults.join("; ")}`);
      answer.writeHead(400).end("{}");
      return;
    }
    const here = (text: string): string =>
      text.replaceAll("https://api.github.com", this.apiUrl).replaceAll("https://uploads.github.com", originOf(this.#uploads));
    const headers = Object.entries(next.headers).filter(([name]) => !HOP_HEADERS.has(name));
    answer.writeHead(next.status, Object.fromEntries(headers.map(([name, value]) => [name, here(String(value))])));
    answer.end(next.response === "" ? "" : here(JSON.stringify(next.response)));
  }
}

function differences(recorded: Exchange, scope: string, message: IncomingMessage, body: string): readonly string[] {
  const url = new URL(message.url ?? "/", "http://recorded.test");
  for (const name of OWN_QUERY) url.searchParams.delete(name);
  const wanted = recorded.reqheaders;
  const recordedBody = typeof recorded.body === "string" ? recorded.body : JSON.stringify(recorded.body);
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ["origin", scope, recorded.scope],
    ["method", message.method?.toLowerCase(), recorded.method],
    ["path", `${url.pathname}${url.search}`, recorded.path],
    ["accept", message.headers.accept, wanted["accept"]],
    ["authorization", message.headers.authorization, wanted["authorization"]],
    ["content-length", message.headers["content-length"], wanted["content-length"]?.toString()],
    ["body", body, recordedBody],
  ];
  return pairs.filter(([, is, was]) => is !== was).map(([name, is, was]) => `${name} is ${String(is)} and was ${String(was)}`);
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  let text = "";
  message.setEncoding("utf8");
  for await (const chunk of message) text += String(chunk);
  return text;
}

function originOf(server: Server): string {
  // A server that listens on TCP has an address of this form.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
