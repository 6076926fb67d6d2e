import type { ReleaseId } from "#shared/lib/ids.ts";
import { PRODUCT } from "#test/builders/system-world.ts";
import { DAY_MS, makeKeys, requestPath, writeRoot, writeTargets } from "#test/fakes/tuf-documents.ts";
import { newestOf } from "./attacked-world.ts";
import { OTHER_PRODUCT, type OperatedWorld } from "./operated-world.ts";
import type { Thief } from "./thief.ts";

/** What is ordered, and the digest of what must not come to lie where it could be executed. */
type Ordered = { readonly id: ReleaseId; readonly digest: string };

/** One thing that a thief of a control plane tries, and how a running agent refuses it. */
export type Theft = {
  readonly name: string;
  readonly code: string;
  /** In the sentence that people read. */
  readonly words: RegExp;
  readonly attack: (thief: Thief, operated: OperatedWorld) => Ordered;
};

const ROLES = ["targets", PRODUCT, OTHER_PRODUCT] as const;

function ordered({ releases }: OperatedWorld, which: keyof OperatedWorld["releases"]): Ordered {
  const { id, artifacts } = releases[which];
  return { id, digest: artifacts[0]?.digests.sha256 ?? "" };
}

/** The genuine documents under a snapshot and a timestamp of the thief's, with some of them replaced. */
function shown(thief: Thief, replaced: Parameters<Thief["signOnline"]>[0] = new Map()) {
  return thief.signOnline(new Map([...thief.signedFiles(ROLES), ...replaced]));
}

/** In an order in which what a host has accepted of one hides no other: those that sign by themselves come last. */
export const THEFTS: readonly Theft[] = [
  {
    name: "orders a release that nobody signed",
    code: "TRUST_SIGNATURE_INVALID",
    words: /Nothing signed names/,
    attack: (thief, { releases }) => thief.forge(releases.altered, "1.9.0"),
  },
  {
    name: "alters the bytes of a signed release",
    code: "ARTIFACT_DIGEST_MISMATCH",
    words: /signed digest/,
    attack: (thief, operated) => {
      const target = ordered(operated, "altered");
      thief.front.lies.set(target.digest, (genuine) => Buffer.from(genuine.toString("utf8").replace("starting", "stealing")));
      return target;
    },
  },
  {
    name: "changes the run spec of a signed release",
    code: "TRUST_SIGNATURE_INVALID",
    words: /1\.2\.1/,
    attack: (thief, operated) => {
      const name = thief.targetName(PRODUCT, `${PRODUCT}/1.2.1.json`);
      thief.front.lies.set(name, (genuine) => Buffer.from(genuine.toString("utf8").replace('"{artifact}"', '"{artifact}","--backdoor"')));
      return ordered(operated, "respecified");
    },
  },
  {
    name: "orders another application's signed release",
    code: "TRUST_SIGNATURE_INVALID",
    words: /is about application/,
    attack: (thief, operated) => {
      const { applicationId } = operated.releases.altered;
      thief.tamper("UPDATE applications SET productId = 'org.example.elsewhere' WHERE productId = ?", OTHER_PRODUCT);
      thief.tamper("UPDATE applications SET productId = ? WHERE id = ?", OTHER_PRODUCT, applicationId);
      thief.tamper("UPDATE releases SET applicationId = ? WHERE id = ?", applicationId, operated.releases.another.id);
      return ordered(operated, "another");
    },
  },
  {
    name: "orders a release below the signed minimum",
    code: "TRUST_BELOW_MINIMUM",
    words: /signed minimum 1\.0\.0/,
    attack: (thief, operated) => {
      const { applicationId } = operated.releases.belowMinimum;
      thief.tamper("UPDATE applications SET productId = ?, minimumVersion = NULL WHERE id = ?", PRODUCT, applicationId);
      return ordered(operated, "belowMinimum");
    },
  },
  {
    name: "takes back a withdrawal in the database",
    code: "TRUST_SIGNATURE_INVALID",
    words: /Nothing signed names/,
    attack: (thief, operated) => {
      thief.tamper("UPDATE releases SET state = 'published', withdrawnAt = NULL");
      return ordered(operated, "withdrawn");
    },
  },
  {
    name: "takes back a withdrawal with documents from before it, signed to be the newest",
    code: "TRUST_ROLLBACK",
    words: /older metadata/,
    attack: (thief, operated) => {
      shown(thief, new Map([[PRODUCT, newestOf(operated.earlier, PRODUCT)]]));
      return ordered(operated, "replayed");
    },
  },
  {
    name: "puts signed documents of two moments together",
    code: "TRUST_MIX_AND_MATCH",
    words: /different moments/,
    attack: (thief, operated) => {
      const [one, other] = [shown(thief), shown(thief)];
      thief.front.lies.set(other.name, one.bytes);
      return ordered(operated, "mixed");
    },
  },
  {
    name: "makes a root of their own",
    code: "TRUST_SIGNATURE_INVALID",
    words: /signed metadata does not hold/,
    attack: (thief, { releases }) => {
      const own = makeKeys(1);
      const version = newestOf(thief.loot.metadata, "root").version + 1;
      const draft = { version, lifetimeMs: DAY_MS, signers: [...own.keys, thief.operatorKey, ...Object.values(thief.loot.onlineKeys)] };
      const root = writeRoot(draft, { root: own, targets: own, snapshot: own, timestamp: own });
      shown(thief);
      thief.front.lies.set(root.name, root.bytes);
      return thief.forge(releases.altered, "1.9.1");
    },
  },
  {
    name: "signs the application's role with k-1 operators' keys",
    code: "TRUST_SIGNATURE_INVALID",
    words: /signed metadata does not hold/,
    attack: (thief, { releases }) => {
      const forged = thief.forge(releases.altered, "1.9.2");
      const path = `${PRODUCT}/1.9.2.json`;
      const manifest = Buffer.from(JSON.stringify({ schema: 1, releaseId: forged.id }));
      const version = newestOf(thief.loot.metadata, PRODUCT).version + 1;
      const role = writeTargets(PRODUCT, { version, lifetimeMs: DAY_MS, signers: [thief.operatorKey] }, new Map([[path, manifest]]));
      thief.front.lies.set(requestPath(path, manifest), manifest);
      shown(thief, new Map([[PRODUCT, role]]));
      return forged;
    },
  },
];
