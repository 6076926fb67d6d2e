import { hash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { httpServer } from "#test/builders/http-server.ts";
import { REGISTRY_ACCOUNT } from "#test/fakes/docker-registry.ts";
import { TestPublication } from "./a-publication.ts";
import { openStore, publish, readAll, unstopped } from "./open-store.ts";

const PRODUCT = "org.example.demo";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const LIMITS = {
  documentBytes: 20_000,
  smallBytes: 2000,
  tags: 500,
  pages: 50,
  documentMs: 2000,
  idleMs: 1000,
  commitMs: 1000,
  bytesPerSecond: 1e9,
  chunkBytes: 10_000,
};

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A store over a registry that does what the test says, with small bounds. */
async function over(handler: Handler, secret?: typeof REGISTRY_ACCOUNT) {
  const url = await httpServer((request, response) => {
    response.on("error", () => undefined);
    handler(request, response);
  });
  return openStore(url, { limits: LIMITS, ...(secret !== undefined && { secret }) });
}

const location = { repository: PRODUCT, digest: `sha256:${hash("sha256", "hello")}`, sizeBytes: 5 };

/** Writes for as long as somebody reads. */
function forEver(response: ServerResponse, piece: string): void {
  const write = (): void => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once("drain", write);
  };
  write();
}

describe("a registry that means harm", () => {
  it("cannot make us read without an end", async () => {
    const store = await over((_request, response) => forEver(response.writeHead(200, { "content-type": MANIFEST }), "x".repeat(1000)));
    const tooMuch = { code: "STORE_PROTOCOL", message: expect.stringContaining("20000 bytes") };
    await expect(store.inspect(PRODUCT, "1.0.0", unstopped)).rejects.toMatchObject(tooMuch);
    await expect(store.discover(PRODUCT, unstopped)).rejects.toMatchObject(tooMuch);
  });

  it("cannot make a refusal endless either", async () => {
    const store = await over((_request, response) => forEver(response.writeHead(403), "x".repeat(1000)));
    await expect(store.inspect(PRODUCT, "1.0.0", unstopped)).rejects.toMatchObject({ code: "STORE_FORBIDDEN" });
  });

  it("cannot hold us back byte by byte, nor with silence", async () => {
    const slow = await over((_request, response) => {
      response.writeHead(200, { "content-type": MANIFEST });
      const timer = setInterval(() => response.write(" "), 100);
      response.once("close", () => clearInterval(timer));
    });
    await expect(slow.inspect(PRODUCT, "1.0.0", unstopped)).rejects.toMatchObject({ code: "REMOTE_TOO_SLOW" });
    const silent = await over(() => undefined);
    await expect(silent.inspect(PRODUCT, "1.0.0", unstopped)).rejects.toMatchObject({ code: "REMOTE_TIMEOUT" });
    const stops = await over((_request, response) => void response.writeHead(200, { "content-length": "100" }).write("{"));
    await expect(stops.inspect(PRODUCT, "1.0.0", unstopped)).rejects.toMatchObject({ code: "REMOTE_TIMEOUT" });
  });

  it("cannot hold a reader of a file for ever by one byte a try", async () => {
    let tries = 0;
    const store = await over((request, response) => {
      tries += 1;
      const first = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
      const range = { "content-range": `bytes ${first}-999999/1000000` };
      response.writeHead(first === 0 ? 200 : 206, { "content-length": 1_000_000 - first, ...(first > 0 && range) });
      response.write("x", () => response.destroy());
    });
    const large = { ...location, sizeBytes: 1_000_000 };
    await expect(readAll(await store.open(large, undefined, unstopped))).rejects.toMatchObject({ code: "REMOTE_UNREACHABLE" });
    expect(tries).toBeLessThan(20);
  });

  it("cannot pass other bytes off for a file, whole or longer or shorter", async () => {
    const answer = (body: string): Handler => {
      return (_request, response) => void response.writeHead(200, { "content-length": body.length }).end(body);
    };
    const other = await over(answer("jello"));
    await expect(readAll(await other.open(location, undefined, unstopped))).rejects.toMatchObject({ code: "STORE_PROTOCOL" });
    const longer = await over((_request, response) => forEver(response.writeHead(200), "hello"));
    expect((await readAll(await longer.open(location, undefined, unstopped))).toString()).toBe("hello");
    const shorter = await over(answer("hell"));
    await expect(readAll(await shorter.open(location, undefined, unstopped))).rejects.toMatchObject({ code: "REMOTE_UNREACHABLE" });
    const elsewhere = await over((_request, response) => void response.writeHead(206, { "content-range": "bytes 0-1/5" }).end("he"));
    await expect(readAll(await elsewhere.open(location, { first: 2, last: 3 }, unstopped))).rejects.toMatchObject({
      code: "STORE_PROTOCOL",
    });
  });

  it("cannot pass another document off for the one whose digest it names", async () => {
    const digest = `sha256:${hash("sha256", "the real one")}`;
    const store = await over((_request, response) => {
      response.writeHead(200, { "content-type": MANIFEST, "docker-content-digest": digest }).end('{"layers":[]}');
    });
    await expect(store.inspect(PRODUCT, "1.0.0", unstopped)).rejects.toMatchObject({ code: "STORE_PROTOCOL" });
    await expect(store.inspect(PRODUCT, digest, unstopped)).rejects.toMatchObject({ code: "STORE_PROTOCOL" });
  });

  it("cannot send us round in circles", async () => {
    const store = await over((request, response) => void response.writeHead(307, { location: `${request.url ?? ""}?again` }).end());
    await expect(store.inspect(PRODUCT, "1.0.0", unstopped)).rejects.toMatchObject({
      code: "STORE_PROTOCOL",
      message: expect.stringContaining("more than 5 times"),
    });
  });

  it("cannot send our credentials to another origin, nor have us answer that one's challenge", async () => {
    const seen: (string | undefined)[] = [];
    const elsewhere = await httpServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401, { "www-authenticate": 'Basic realm="give me"' }).end();
    });
    const store = await over((request, response) => {
      if (request.headers.authorization === undefined) response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
      else response.writeHead(307, { location: `${elsewhere}/blob` }).end();
    }, REGISTRY_ACCOUNT);
    await expect(readAll(await store.open(location, undefined, unstopped))).rejects.toMatchObject({ code: "STORE_CREDENTIALS_REFUSED" });
    expect(seen).toEqual([undefined]);
  });

  it.each(["file:///etc/passwd", "http://registry.example/", "https://user:pass@registry.example/", "//[", "gopher://x/"])(
    "cannot send us to %s",
    async (target) => {
      const store = await over((_request, response) => void response.writeHead(307, { location: target }).end());
      await expect(store.inspect(PRODUCT, "1.0.0", unstopped)).rejects.toMatchObject({ code: "STORE_PROTOCOL" });
      const uploads = await over(
        (request, response) => void response.writeHead(request.method === "HEAD" ? 404 : 202, { location: target }).end(),
      );
      await expect(publish(uploads, new TestPublication())).rejects.toMatchObject({ code: "STORE_PROTOCOL" });
    },
  );

  it("cannot name a token service that listens to the whole network", async () => {
    const store = await over((_request, response) => {
      response.writeHead(401, { "www-authenticate": 'Bearer realm="http://tokens.example/token"' }).end();
    }, REGISTRY_ACCOUNT);
    await expect(store.probe(PRODUCT, unstopped)).rejects.toMatchObject({ code: "STORE_PROTOCOL" });
  });

  it("cannot make us read tags for ever, many at once or page by page", async () => {
    const many = await over((_request, response) => {
      response.end(JSON.stringify({ tags: Array.from({ length: 600 }, (_, index) => `t${index}`) }));
    });
    await expect(many.discover(PRODUCT, unstopped)).rejects.toMatchObject({ message: expect.stringContaining("more than 500 tags") });
    let page = 0;
    const pages = await over((_request, response) => {
      page += 1;
      response.writeHead(200, { link: `</v2/x/tags/list?last=${page}>; rel="next"` }).end(`{"tags":["t${page}"]}`);
    });
    await expect(pages.discover(PRODUCT, unstopped)).rejects.toMatchObject({ message: expect.stringContaining("without an end") });
    expect(page).toBeLessThan(60);
    const same = await over((_request, response) => void response.writeHead(200, { link: '<?a>; rel="next"' }).end('{"tags":["one"]}'));
    await expect(same.discover(PRODUCT, unstopped)).rejects.toMatchObject({ code: "STORE_PROTOCOL" });
  });

  it("cannot keep an upload going without taking bytes", async () => {
    let parts = 0;
    const store = await over((request, response) => {
      request.resume();
      parts += Number(request.method === "PATCH");
      request.once("end", () => {
        const [status, range] = request.method === "HEAD" ? [404, {}] : [request.method === "GET" ? 204 : 202, { range: "0-0" }];
        response.writeHead(status, { location: "/upload", ...range }).end();
      });
    });
    const publication = new TestPublication({ files: [{ platform: "any", fileName: "x", bytes: Buffer.alloc(50_000) }] });
    const step = store.plan(publication.content).find(({ phase }) => phase === "upload")!;
    await expect(store.run(step, publication.content, publication.context())).rejects.toMatchObject({
      code: "STORE_PROTOCOL",
      message: expect.stringContaining("takes no further bytes"),
    });
    expect(parts).toBeLessThan(10);
  });

  it("says how long to wait when it is asked too often, and is quoted on one line at most", async () => {
    const limited = await over((_request, response) => {
      response
        .writeHead(429, { "retry-after": "7" })
        .end(JSON.stringify({ errors: [{ code: "TOOMANYREQUESTS", message: `slow\n${"down ".repeat(100)}` }] }));
    });
    const failure = await limited.inspect(PRODUCT, "1.0.0", unstopped).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: "RATE_LIMITED", details: { retryAfterMs: 7000, registryCode: "TOOMANYREQUESTS" } });
    const { message } = failure as Error;
    expect([message.includes("\n"), message.length < 400]).toEqual([false, true]);
  });

  it("is named when it is no registry at all", async () => {
    const page = await over(
      (_request, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>Welcome</html>"),
    );
    await expect(page.inspect(PRODUCT, "1.0.0", unstopped)).rejects.toMatchObject({ code: "STORE_PROTOCOL" });
    const gone = await over((_request, response) => void response.writeHead(404).end());
    await expect(gone.probe(PRODUCT, unstopped)).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
    const broken = await over((_request, response) => void response.writeHead(503).end());
    await expect(broken.probe(PRODUCT, unstopped)).rejects.toMatchObject({ code: "REMOTE_UNREACHABLE" });
  });
});
