import { describe, expect, it, onTestFinished } from "vitest";
import { AttackedWorld } from "./attacker/attacked-world.ts";
import { EvilServer, type Answer } from "./attacker/evil-server.ts";
import type { Order } from "./attacker/victim-host.ts";
import { note } from "./outcomes.ts";

/** Sends whoever asks on to another place. */
const sendTo =
  (location: string | (() => string), status = 307): Answer =>
  (_, response) =>
    void response.writeHead(status, { Location: typeof location === "string" ? location : location() }).end();

/** A control plane whose artifacts lie at another origin, behind a short-lived address. */
async function twoOrigins() {
  const world = await AttackedWorld.start();
  const bytes = Buffer.alloc(300_000, "service");
  const order = world.publish("1.0.0", { bytes });
  const elsewhere = await EvilServer.start(world.repository);
  onTestFinished(() => elsewhere.stop());
  elsewhere.blobs.set(order.digest, bytes);
  const place = `${elsewhere.url}/signed/sha256:${order.digest}?signature=short-lived`;
  return { world, order, bytes, elsewhere, place };
}

const asked = (server: EvilServer, order: Order) => server.seen.filter(({ path }) => path.includes(order.digest));

describe("an artifact at a short-lived address", () => {
  it("is fetched from another origin without the host's token", async () => {
    const { world, order, elsewhere, place } = await twoOrigins();
    world.server.lies.set(order.digest, sendTo(place));
    const host = await world.host();
    expect((await host.order(order)).outcome).toBe("installed");
    expect(asked(world.server, order)).toMatchObject([{ authorization: "Bearer token-of-the-host" }]);
    expect(asked(elsewhere, order)).toMatchObject([{ authorization: undefined }]);
    await note("sees a request at the place that an artifact was moved to", "no token in it");
  });

  it("is resumed there from where it was cut", async () => {
    const { world, order, bytes, elsewhere, place } = await twoOrigins();
    world.server.lies.set(order.digest, sendTo(place));
    const half = bytes.subarray(0, 150_000);
    elsewhere.lies.set(order.digest, (_, response) => {
      elsewhere.lies.delete(order.digest);
      response.writeHead(200, { "Content-Length": bytes.length, ETag: '"one"' }).write(half, () => response.destroy());
    });
    const host = await world.host();
    expect((await host.order(order)).outcome).toBe("installed");
    expect(asked(elsewhere, order).at(-1)?.range).toMatch(/^bytes=[1-9]\d*-$/);
  });

  it.each([403, 410])("is asked for once more at the control plane when its time is over (%i)", async (status) => {
    const { world, order, elsewhere, place } = await twoOrigins();
    world.server.lies.set(order.digest, sendTo(place));
    elsewhere.lies.set(order.digest, (_, response) => {
      elsewhere.lies.delete(order.digest);
      response.writeHead(status).end();
    });
    const host = await world.host();
    expect((await host.order(order)).outcome).toBe("installed");
    expect(asked(world.server, order)).toHaveLength(2);
  });

  it("must have the signed bytes like any other", async () => {
    const { world, order, bytes, elsewhere, place } = await twoOrigins();
    world.server.lies.set(order.digest, sendTo(place));
    elsewhere.lies.set(order.digest, Buffer.from(bytes).fill("malware", 0, 7));
    const host = await world.host();
    const { outcome } = await host.order(order);
    await note("alters an artifact at the place that it was moved to", outcome);
    expect(outcome).toBe("ARTIFACT_DIGEST_MISMATCH");
  });

  it.each<readonly [string, string]>([
    ["plain http beyond this machine", "http://192.0.2.1/blob"],
    ["another scheme", "file:///etc/shadow"],
    ["an address with a password in it", "https://user:password@127.0.0.1:1/blob"],
    ["no address", "http://["],
  ])("is not fetched from %s", async (what, location) => {
    const { world, order } = await twoOrigins();
    world.server.lies.set(order.digest, sendTo(location));
    const host = await world.host();
    const { outcome } = await host.order(order);
    await note(`sends a host on to ${what}`, outcome);
    expect(outcome).toBe("REMOTE_UNREACHABLE");
    expect(await host.holds(order.digest)).toBe(false);
  });

  it("is not followed in circles", async () => {
    const { world, order } = await twoOrigins();
    world.server.lies.set(
      order.digest,
      sendTo(() => `${world.server.url}/again/sha256:${order.digest}`),
    );
    const host = await world.host();
    const { outcome } = await host.order(order);
    await note("sends a host in circles", outcome);
    expect(outcome).toBe("REMOTE_UNREACHABLE");
    // Ten tries, each of which follows three hops.
    expect(asked(world.server, order).length).toBeLessThanOrEqual(40);
  });
});

describe("trust metadata", () => {
  it("is not fetched from anywhere but the control plane", async () => {
    const { world, order, elsewhere } = await twoOrigins();
    world.server.lies.set("timestamp.json", sendTo(`${elsewhere.url}/agent/v1/trust/metadata/timestamp.json`));
    const host = await world.host();
    const { outcome } = await host.order(order);
    await note("sends a host elsewhere for metadata", outcome);
    expect(outcome).toBe("REMOTE_UNREACHABLE");
    expect(elsewhere.seen).toEqual([]);
  });
});
