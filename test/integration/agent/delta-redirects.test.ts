import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { httpServer } from "#test/builders/http-server.ts";
import { stubDelta, type StubDelta } from "#test/fakes/control-plane-stub-deltas.ts";
import { BytesHost, twins } from "./bytes-host.ts";

/** Headers that a store on another origin must never see of a host. */
const SECRETS = ["authorization", "cookie", "proxy-authorization"] as const;

/** Somewhere else, with what was asked of it. */
async function elsewhere(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: { readonly path: string; readonly headers: IncomingHttpHeaders }[] = [];
  const url = await httpServer((request, response) => {
    asked.push({ path: request.url ?? "", headers: request.headers });
    answer(request, response);
  });
  return { url, asked };
}

type Scene = { readonly host: BytesHost; readonly fresh: Buffer; readonly good: StubDelta };

/** A host that keeps the old bytes, and a control plane that names a delta which lies in another store. */
async function scene(): Promise<Scene> {
  const host = await BytesHost.open();
  const { old, fresh } = twins();
  await host.keep(old);
  return { host, fresh, good: await stubDelta({ version: "1.0.0", bytes: old }, fresh) };
}

/** The control plane sends on whoever asks for the delta. */
function sendOn({ host, good }: Scene, location: string, status = 307): void {
  host.stub.files.lies.set(good.delta.sha256, (response) => void response.writeHead(status, { location, "content-length": 0 }).end());
}

/** Brings the release, which comes as the whole file; answers why its delta was given up. */
async function givenUp({ host, fresh, good }: Scene): Promise<string> {
  const result = await host.bring(fresh, [good.delta]);
  expect(result).toMatchObject({ kind: "downloaded", fetched: { fullBytes: fresh.length, deltas: 0, givenUp: { deltas: 1 } } });
  expect((await host.arrived(fresh)).equals(fresh)).toBe(true);
  return result.kind === "downloaded" ? (result.fetched?.givenUp?.reason ?? "") : "";
}

describe("a delta that lies in a store on another origin", () => {
  it.each([301, 302, 303, 307, 308])("is fetched there after %i without the host's credentials, and applies", async (status) => {
    const there = await scene();
    const { host, fresh, good } = there;
    const store = await elsewhere((_, response) => void response.end(good.bytes));
    sendOn(there, `${store.url}/blobs/delta?signature=short-lived`, status);
    const result = await host.bring(fresh, [good.delta]);
    expect(result).toMatchObject({ kind: "downloaded", fetched: { bytes: good.bytes.length, fullBytes: fresh.length, deltas: 1 } });
    expect((await host.arrived(fresh)).equals(fresh)).toBe(true);
    expect(store.asked.map(({ path }) => path)).toEqual(["/blobs/delta?signature=short-lived"]);
    for (const { headers } of store.asked) expect(SECRETS.filter((name) => headers[name] !== undefined)).toEqual([]);
    expect(host.stub.files.requests.map(({ authorization }) => authorization)).toEqual([`Bearer ${host.stub.accessToken}`]);
    expect(host.asked).toEqual([good.delta.sha256]);
  });

  it("is fetched over a second hop, which gets no credentials either", async () => {
    const there = await scene();
    const network = await elsewhere((_, response) => void response.end(there.good.bytes));
    const store = await elsewhere((_, response) => void response.writeHead(302, { location: `${network.url}/edge` }).end());
    sendOn(there, `${store.url}/blob`);
    expect(await there.host.bring(there.fresh, [there.good.delta])).toMatchObject({ fetched: { deltas: 1 } });
    const headers = [...store.asked, ...network.asked].map((one) => one.headers);
    expect(headers).toHaveLength(2);
    expect(headers.flatMap((all) => SECRETS.filter((name) => all[name] !== undefined))).toEqual([]);
  });

  it("gives way to the whole file when stores send the host in circles", async () => {
    const there = await scene();
    const store = await elsewhere((_, response) => void response.writeHead(307, { location: "/again" }).end());
    sendOn(there, `${store.url}/again`);
    expect(await givenUp(there)).toMatch(/in circles/);
    expect(store.asked.every(({ path }) => path === "/again")).toBe(true);
  });

  it("gives way when the control plane sends the host back to itself for ever", async () => {
    const there = await scene();
    sendOn(there, `/v2/org.example.web/blobs/sha256:${there.good.delta.sha256}`);
    expect(await givenUp(there)).toMatch(/in circles/);
  });

  it.each([
    ["plain HTTP to another machine", "http://192.0.2.7/blob"],
    ["plain HTTP to a name", "http://store.example/blob"],
    ["an address with a password in it", "https://user:secret@store.example/blob"],
    ["no web address at all", "file:///etc/passwd"],
    ["nowhere", ""],
  ])("gives way when it is sent on to %s, and asks nothing there", async (_, location) => {
    const there = await scene();
    sendOn(there, location);
    expect(await givenUp(there)).toMatch(/does not go|in circles/);
  });

  it("gives way when what lies there is not what was signed, or the address is over twice", async () => {
    const lying = await scene();
    const liar = await elsewhere((_, response) => void response.end(randomBytes(lying.good.bytes.length)));
    sendOn(lying, `${liar.url}/blob`);
    expect(await givenUp(lying)).toMatch(/./);
    const late = await scene();
    const store = await elsewhere((_, response) => void response.writeHead(403).end());
    sendOn(late, `${store.url}/blob`);
    expect(await givenUp(late)).toMatch(/refuses it \(403\)/);
    for (const { headers } of store.asked) expect(headers.authorization).toBeUndefined();
  });
});
