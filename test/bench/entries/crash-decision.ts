import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, rmdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { QUICK_RUN, serviceArtifact } from "#test/integration/agent/service-artifact.ts";
import { withServingHost } from "../agent/serving-host.ts";
import type { BenchEntry, Budget, Sample } from "../entry.ts";

const SOURCE = "design.md 11: crash-loop decision ≤ 10 s, hang = its deadline + 2 s";
const GROUP = "/sys/fs/cgroup/memory";
const LONG: Partial<RunSpec> = { ...QUICK_RUN, probationMs: 60_000, startDeadlineMs: 30_000, crashLimit: 3 };

type Badness = {
  readonly name: string;
  readonly about: string;
  readonly bytes: Buffer;
  readonly runSpec: Partial<RunSpec>;
  readonly limitSeconds: number;
  /** What the version is given before anything can be decided; the measured time begins after it. */
  readonly deadlineMs?: number;
};

/** From the start of a bad version until the host has decided to take it back. */
function decision({ name, about, bytes, runSpec, limitSeconds, deadlineMs = 0 }: Badness): BenchEntry {
  const budget: Budget = { of: "value", is: "at most", limit: limitSeconds, source: SOURCE };
  const measure = (): Promise<Sample> =>
    withServingHost(async ({ stub }) => {
      const bad = stub.publish({ version: "2.0.0", bytes, runSpec });
      stub.desire(bad);
      const decided = await stub.untilPhase("reverting", bad);
      const started = await stub.untilPhase("probation", bad);
      const value = (decided.at - started.at - deadlineMs) / 1000;
      return deadlineMs > 0 ? { value, yardstick: deadlineMs / 1000 } : { value, yardstick: await threeEnds(bytes) };
    });
  return { name: `agent/decision-${name}`, about, unit: "s", budget, runs: 3, measure };
}

/** How long it takes that three starts of the same program end, one after another, without anybody who waits in between. */
async function threeEnds(bytes: Buffer): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-bench-ends-"));
  try {
    const path = join(folder, "service.mjs");
    await writeFile(path, bytes);
    const beganMs = performance.now();
    for (const _start of [1, 2, 3]) spawnSync(process.execPath, [path], { env: { PORT: "0" }, stdio: "ignore" });
    return (performance.now() - beganMs) / 1000;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const EATER = Buffer.from(`import { writeFileSync } from "node:fs";
writeFileSync("${GROUP}/rollcall-bench/cgroup.procs", String(process.pid));
const all = [];
for (;;) all.push(Buffer.alloc(1e6, 1));
`);

function withSmallGroup(entry: BenchEntry): BenchEntry {
  const folder = `${GROUP}/rollcall-bench`;
  const measure = async (): Promise<Sample> => {
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}/memory.limit_in_bytes`, String(60 * 1024 * 1024));
    try {
      return await entry.measure();
    } finally {
      await rmdir(folder).catch(() => undefined);
    }
  };
  return { ...entry, measure };
}

const mayLimitMemory = process.getuid?.() === 0 && existsSync(`${GROUP}/memory.limit_in_bytes`);
const SILENT_MS = 3000;
/** Two good answers, then two bad ones, which is the threshold: four intervals of the probe from the first answer on. */
const SICK_MS = 2 * 200;

/** Every way in which a version can be bad, each from its start to the host's decision. */
export const CRASH_DECISIONS: readonly BenchEntry[] = [
  decision({
    name: "exit",
    about: "a version that exits at once: start to decision; yardstick: three starts of it in a row, without waits",
    bytes: serviceArtifact("2.0.0", { crash: 7 }),
    runSpec: LONG,
    limitSeconds: 10,
  }),
  decision({
    name: "signal",
    about: "a version that dies of a signal after it began to listen; yardstick: three of its lives",
    bytes: serviceArtifact("2.0.0", { signal: "SIGABRT" }),
    runSpec: LONG,
    limitSeconds: 10,
  }),
  ...(mayLimitMemory
    ? [
        withSmallGroup(
          decision({
            name: "memory",
            about: "a version that the kernel kills for its memory; yardstick: three of its lives",
            bytes: EATER,
            runSpec: { ...LONG, probe: undefined },
            limitSeconds: 10,
          }),
        ),
      ]
    : []),
  decision({
    name: "exec",
    about: "a version that cannot be executed; yardstick: three starts of what it would have run",
    bytes: serviceArtifact("2.0.0", { crash: 7 }),
    runSpec: { ...LONG, command: "/nowhere/program" },
    limitSeconds: 10,
  }),
  decision({
    name: "hang",
    about: "a version whose probe never answers: time beyond its start deadline, which is the yardstick",
    bytes: serviceArtifact("2.0.0", { hangs: true }),
    runSpec: { ...LONG, startDeadlineMs: SILENT_MS },
    limitSeconds: 2,
    deadlineMs: SILENT_MS,
  }),
  decision({
    name: "heartbeat",
    about: "a version without heartbeats: time beyond their deadline, which is the yardstick",
    bytes: serviceArtifact("2.0.0"),
    runSpec: { ...LONG, heartbeatDeadlineMs: SILENT_MS },
    limitSeconds: 2,
    deadlineMs: SILENT_MS,
  }),
  decision({
    name: "late-probe",
    about: "a version whose probe fails late: time beyond the misses that count, which are the yardstick; its start is in it",
    bytes: serviceArtifact("2.0.0", { sickAfterProbes: 10 }),
    runSpec: LONG,
    limitSeconds: 2,
    deadlineMs: 10 * 200 + SICK_MS,
  }),
];
