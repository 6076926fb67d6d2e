import { describe, expect, it } from "vitest";
import { HAS_NOTIFY, receiveNotices } from "../agent/notice-receiver.ts";
import { QUICK_RUN, serviceArtifact } from "../agent/service-artifact.ts";
import { clientAt, serves, setUpStandalone, until } from "./standalone-agent.ts";

describe("a stand-alone agent that ends when a release is here", () => {
  it.skipIf(!HAS_NOTIFY)("tells systemd that it stops, and is told apart from one that dies", async () => {
    const { socket, heard } = await receiveNotices();
    const { agent, port, shelf, folder, signer, run } = await setUpStandalone();
    const good = { runSpec: QUICK_RUN, signers: [signer] };
    await folder.publish({ ...good, version: "1.0.0", bytes: serviceArtifact("1.0.0") });
    await run({ source: { kind: "file", path: shelf }, afterFetch: "end" }, { NOTIFY_SOCKET: socket });
    await serves(port, "1.0.0");
    const client = await clientAt(port);
    await until(async () => ((await client.state()).phase === "healthy" ? true : undefined));
    expect(heard.join("\n")).toContain("STATUS=Serving stand-alone.");
    expect(heard.join("\n")).not.toContain("STOPPING=1");
    await folder.publish({ ...good, version: "1.1.0", bytes: serviceArtifact("1.1.0") });
    expect(await agent.exited()).toBe(0);
    // Everything was said before the process ended; the receiver may still be printing it.
    await expect.poll(() => heard.filter((word) => word.endsWith(" STOPPING=1"))).toHaveLength(1);
  });
});
