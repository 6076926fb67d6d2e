import { describe, expect, it } from "vitest";
import type { Principal } from "#shared/domain/access/permission.ts";
import { runningServer } from "#test/builders/running-server.ts";
import { listProcedures } from "./list-procedures.ts";
import { catalogueChapter } from "./story/catalogue-chapter.ts";
import { deltaChapter } from "./story/delta-chapter.ts";
import { fleetChapter } from "./story/fleet-chapter.ts";
import { houseChapter } from "./story/house-chapter.ts";
import { rolloutChapter } from "./story/rollout-chapter.ts";
import { storeChapter } from "./story/store-chapter.ts";
import { Story, type Witness } from "./story/story.ts";
import { trustChapter } from "./story/trust-chapter.ts";
import { IN_PROCESS, TRANSPORTS, type Transport } from "./transports.ts";

/** Acts in every transport; the audit names the one who acts, which over HTTP is an API token. */
const ANA: Principal = { name: "user:ana", role: "administrator", fleets: "all", local: true };

const procedures = listProcedures();

/** What does not change the control plane although it is no GET, with the reason why the audit says nothing of it. */
const UNAUDITED: Readonly<Record<string, string>> = {
  "rollouts.preview": "computes what would happen",
  "rollouts.previewRollback": "computes what would happen",
  "uploads.inspect": "looks at bytes that the caller sends along and keeps nothing",
  "uploads.estimateUnpacked": "measures what unpacking would save and keeps nothing",
  "uploads.compare": "reads how a draft differs from a release",
  "uploads.recognize": "reads which releases hold some bytes",
  "uploads.adopt": "a file is nothing to anyone before a draft takes it; the draft's entry names its digest",
  "uploads.importPath": "a file is nothing to anyone before a draft takes it; the draft's entry names its digest",
  "uploads.discard": "forgets a file that no draft took",
  "audit.verify": "reads the audit",
  "stores.check": "looks at a store and notes what it said",
  "stores.inspect": "reads what lies in a store",
};

async function tell(transport: Transport, witness: (story: Story) => Witness): Promise<Story> {
  const server = await runningServer();
  const { client } = await transport.connect(server, ANA);
  const told: Story[] = [];
  const story = await Story.open(client, server, ANA, (step) => witness(told[0]!)(step));
  told.push(story);
  await catalogueChapter(story);
  await fleetChapter(story);
  await rolloutChapter(story);
  await storeChapter(story);
  await deltaChapter(story);
  await houseChapter(story);
  await trustChapter(story);
  for (const agent of story.agents) agent.disconnect();
  return story;
}

describe.each(TRANSPORTS)("the whole contract over $name", (transport) => {
  it("does what each of its procedures is for", { timeout: 60_000 }, async () => {
    const played = new Set<string>();
    await tell(transport, () => async ({ name, play }) => {
      await play();
      played.add(name);
    });
    const local = procedures.filter(({ meta }) => meta.localOnly === true).map(({ name }) => name);
    expect(procedures.map(({ name }) => name).filter((name) => !played.has(name))).toEqual(local);
  });
});

describe("the audit", () => {
  it("has an entry of who acted for every procedure that changes something", { timeout: 60_000 }, async () => {
    const silent = new Set<string>();
    const actors = new Set<string>();
    await tell(IN_PROCESS, (story) => async ({ name, play }) => {
      const { store } = story.server.opened.plane;
      const countOfMine = async () =>
        (await store.read.selectFrom("auditEntries").select("sequence").where("actor", "=", ANA.name).execute()).length;
      const before = await countOfMine();
      await play();
      if ((await countOfMine()) === before) silent.add(name);
      else actors.add(name);
    });
    const changing = procedures.filter(({ method, name }) => method !== "GET" && !(name in UNAUDITED)).map(({ name }) => name);
    expect(changing.filter((name) => silent.has(name))).toEqual([]);
    expect(changing.filter((name) => !actors.has(name))).toEqual([]);
    expect([...actors].filter((name) => !changing.includes(name))).toEqual([]);
  });

  it("exempts nothing that is no longer there", () => {
    const names = new Set(procedures.filter(({ method }) => method !== "GET").map(({ name }) => name));
    expect(Object.keys(UNAUDITED).filter((name) => !names.has(name))).toEqual([]);
  });
});
