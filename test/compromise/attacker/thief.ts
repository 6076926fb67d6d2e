import { randomUUID } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { z } from "zod";
import { DATABASE_FILE } from "#main/adapters/sqlite/open-database.ts";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { HostEvent } from "#shared/contract/fleets.ts";
import { releaseId, subscriptionId, type ReleaseId } from "#shared/lib/ids.ts";
import { ServerProcess } from "#test/builders/server-process.ts";
import { until, type SystemHost } from "#test/builders/system-world.ts";
import {
  sha256,
  signingKeyOf,
  writeSnapshot,
  writeTimestamp,
  DAY_MS,
  type SignedFile,
  type SigningKey,
} from "#test/fakes/tuf-documents.ts";
import { newestOf } from "./attacked-world.ts";
import { takeLoot, type Loot } from "./loot.ts";
import type { OperatedWorld } from "./operated-world.ts";
import { ThiefFront } from "./thief-front.ts";

const signedTargets = z.object({
  signed: z.object({ targets: z.record(z.string(), z.object({ hashes: z.object({ sha256: z.string() }) })) }),
});

const dated = z.object({ signed: z.object({ expires: z.string() }) });

/** The thief's clock and its environment, where it is not that of this machine. */
export type ThiefOptions = { readonly environment?: Readonly<Record<string, string>> };

/**
 * Somebody who has stopped a control plane, copied its data folder, and runs the real program over the copy at the same
 * address and under the same certificate, with a database of their own making and lies in front of it. One of the two
 * operators' keys is theirs, too.
 */
export class Thief {
  readonly loot: Loot;
  readonly server: ServerProcess;
  readonly front: ThiefFront;
  /** k-1 operators' keys. */
  readonly operatorKey: SigningKey;
  readonly #database: BetterSqlite3.Database;
  /** Above every version that hosts have seen. */
  #version = 1000;

  private constructor(parts: Pick<Thief, "loot" | "server" | "front" | "operatorKey">) {
    this.loot = parts.loot;
    this.server = parts.server;
    this.front = parts.front;
    this.operatorKey = parts.operatorKey;
    this.#database = new BetterSqlite3(join(parts.loot.folder, DATABASE_FILE), { timeout: 10_000 });
  }

  /** Takes over from a control plane that was just stopped. */
  static async moveIn({ world, operators, port }: OperatedWorld, { environment }: ThiefOptions = {}): Promise<Thief> {
    const loot = await takeLoot(world.server.dataFolder, join(world.folder, `loot-${randomUUID()}`));
    const server = await new ServerProcess(loot.folder, [], environment).start();
    const front = await ThiefFront.start(loot.identity, port, server.port);
    const [ana] = operators;
    if (ana === undefined) throw new TypeError("there is no operator to steal from");
    return new Thief({ loot, server, front, operatorKey: signingKeyOf(ana.privateKey) });
  }

  /** Changes the stolen database behind the back of the program that runs over it. */
  tamper(sql: string, ...values: readonly (string | number | null)[]): void {
    this.#database.prepare(sql).run(...values);
  }

  /** Enters a release that nobody signed: the rows of a signed one, with another version and other bytes. */
  forge(template: ReleaseRow, version: string): { readonly id: ReleaseId; readonly digest: string; readonly bytes: Buffer } {
    const id = releaseId.parse(randomUUID());
    const bytes = Buffer.from(`console.log("malware ${version}")`);
    const digest = sha256(bytes);
    this.#copyRow("releases", template.id, { id, version });
    const artifact = this.#database.prepare("SELECT id FROM artifacts WHERE releaseId = ?").pluck().get(template.id);
    this.#copyRow("artifacts", String(artifact), { id: randomUUID(), releaseId: id, sha256: digest, sizeBytes: bytes.length });
    this.front.lies.set(digest, bytes);
    return { id, digest, bytes };
  }

  /** The newest signed files of these roles, as they were stolen. */
  signedFiles(roles: readonly string[]): Map<string, SignedFile> {
    return new Map(roles.map((role) => [role, newestOf(this.loot.metadata, role)] as const));
  }

  /** Where hosts ask for a target that is signed in a role. */
  targetName(role: string, path: string): string {
    const { signed } = signedTargets.parse(JSON.parse(newestOf(this.loot.metadata, role).bytes.toString("utf8")));
    const slash = path.lastIndexOf("/") + 1;
    return `${path.slice(0, slash)}${signed.targets[path]?.hashes.sha256}.${path.slice(slash)}`;
  }

  /** Signs a snapshot and a timestamp of any files with the stolen keys, and shows all of them. Answers the snapshot. */
  signOnline(files: ReadonlyMap<string, SignedFile>): SignedFile {
    const { snapshot, timestamp } = this.loot.onlineKeys;
    this.#version += 1;
    const taken = writeSnapshot({ version: this.#version, lifetimeMs: DAY_MS, signers: [snapshot] }, files);
    const newest = writeTimestamp({ version: this.#version, lifetimeMs: DAY_MS, signers: [timestamp] }, taken);
    for (const { name, bytes } of [...files.values(), taken, newest]) this.front.lies.set(name, bytes);
    return taken;
  }

  /** When the timestamp ends that the thief's program serves now, in epoch milliseconds. */
  async timestampEnds(): Promise<number> {
    const text = await readFile(join(this.loot.folder, "trust/timestamp.json"), "utf8");
    return Date.parse(dated.parse(JSON.parse(text)).signed.expires);
  }

  /** Orders every host to a release, at once and unconditionally. */
  async order(id: ReleaseId): Promise<void> {
    const stolen = this.#database.prepare("SELECT id FROM subscriptions").pluck().all();
    const subscriptionIds = z.array(subscriptionId).parse(stolen);
    await this.server.client.rollouts.rollback({ subscriptionIds, toReleaseId: id });
  }

  /** Why a host did not take a release, as it has told it. */
  async untilRefused(host: SystemHost, id: ReleaseId): Promise<{ readonly code: string; readonly message: string }> {
    const { client } = this.server;
    const row = (await client.hosts.list({ search: host.name })).rows.find((one) => one.name === host.name);
    let refused: HostEvent | undefined;
    await until(`${host.name} refuses ${id}`, async () => {
      const events = await client.hosts.timeline({ hostId: row?.id ?? "" });
      refused = events.find((event) => event.kind === "phase.failed" && event.releaseId === id);
      return refused !== undefined;
    });
    if (refused === undefined) throw new TypeError("it was not refused");
    return { code: z.string().parse(refused.details["code"]), message: refused.message };
  }

  /** Leaves the machine. */
  async leave(): Promise<void> {
    this.#database.close();
    await this.server.end("SIGTERM");
    await this.front.stop();
    await rm(this.loot.folder, { recursive: true, force: true });
  }

  #copyRow(table: "releases" | "artifacts", id: string, change: Readonly<Record<string, string | number>>): void {
    // Why the cast: every column of these tables is a text, a number or empty.
    const row = this.#database.prepare(`SELECT * FROM ${table} WHERE id = ?`).get(id) as Record<string, string | number | null>;
    const entries = Object.entries({ ...row, ...change });
    const columns = entries.map(([name]) => name).join(", ");
    this.tamper(`INSERT INTO ${table} (${columns}) VALUES (${entries.map(() => "?").join(", ")})`, ...entries.map(([, value]) => value));
  }
}
