import { open, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import { deltaShare } from "#shared/domain/release/delta-words.ts";
import { formatBytes } from "#shared/lib/format.ts";
import { findUpx } from "#main/adapters/delta-process/find-upx.ts";
import { applyDelta } from "#main/node/delta/apply-delta.ts";
import { decodeHeader, HEADER_BYTES, MAX_DELTA_SIDE_BYTES, type DeltaHeader } from "#main/node/delta/delta-header.ts";
import type { DeltaCodec } from "#main/node/delta/make-delta.ts";
import { isFolder } from "#main/node/is-folder.ts";
import { archiveFormatOf } from "#main/node/archive/open-archive.ts";
import { sha256OfFile } from "#main/node/sha256-of-file.ts";
import { flag, requiredOption, textOption, word } from "../arguments.ts";
import type { Arguments, Command } from "../command.ts";
import { runDeltaTask } from "../run-delta-task.ts";
import { applyBetweenTrees, describeArchive, describeTreeDelta, isTreeDeltaFile, makeBetweenTrees } from "../tree-deltas.ts";
import { withPart, withWork } from "../work-places.ts";

const make: Command = {
  words: ["delta", "make"],
  summary: "Make the difference between two files, two folders, or what two archives unpack to",
  usage: "rollcall delta make OLD NEW --out FILE [--unpacked | --codec matches|dictionary]",
  options: { out: { type: "string" }, codec: { type: "string" }, unpacked: { type: "boolean" } },
  needsTarget: () => false,
  run: async (context, given) => {
    const [oldPath, newPath] = [word(given, 0, "The old file"), word(given, 1, "The new file")];
    const out = requiredOption(given, "out");
    if (flag(given, "unpacked") || (await isFolder(newPath))) {
      if (textOption(given, "codec") !== undefined)
        throw new AppError("INPUT_INVALID", "Between folders each file has the codec that suits it: leave out --codec; no delta was made.");
      const { document, lines } = await makeBetweenTrees(context, [oldPath, newPath], out);
      return context.output.result(document, lines);
    }
    const newBytes = await sizeOfSide(newPath);
    await sizeOfSide(oldPath);
    const { sizeBytes } = await withPart(out, (outPath) =>
      runDeltaTask(context, { oldPath, newPath, outPath, codec: codecOf(given) }, out),
    );
    context.output.result({ path: out, sizeBytes, newBytes }, [
      `${out}: ${formatBytes(sizeBytes)} instead of ${formatBytes(newBytes)}, ${deltaShare(sizeBytes, newBytes)}.`,
    ]);
  },
};

const apply: Command = {
  words: ["delta", "apply"],
  summary: "Make the new file or folder from the old one and a delta, verified by its digest",
  usage: "rollcall delta apply OLD DELTA --out NEW [--sha256 DIGEST]",
  options: { out: { type: "string" }, sha256: { type: "string" } },
  needsTarget: () => false,
  run: async ({ output, signal }, given) => {
    const [oldPath, deltaPath] = [word(given, 0, "The old file"), word(given, 1, "The delta")];
    const newPath = requiredOption(given, "out");
    if (await isTreeDeltaFile(deltaPath)) {
      const { document, lines } = await applyBetweenTrees({ old: oldPath, deltaPath, out: newPath }, textOption(given, "sha256"), signal);
      return output.result(document, lines);
    }
    const { newSha256, newBytes } = await withPart(newPath, async (part) => {
      const header = await readHeader(deltaPath);
      const oldSha256 = await sha256OfFile(oldPath);
      const { size } = await stat(oldPath);
      // Without a digest of the person's own, the delta's word for it still finds every damage on the way.
      const newSha256 = textOption(given, "sha256") ?? header.newSha256;
      const expected = { oldBytes: size, oldSha256, newBytes: header.newBytes, newSha256 };
      await applyDelta({ deltaPath, oldPath, newPath: part, expected, signal });
      return expected;
    });
    output.result({ path: newPath, sha256: newSha256, sizeBytes: newBytes }, [
      `${newPath}: ${formatBytes(newBytes)}, SHA-256 ${newSha256}.`,
    ]);
  },
};

const inspect: Command = {
  words: ["delta", "inspect"],
  summary: "Show what a delta leads from and to, or what an archive or a folder is to hosts that unpack it",
  usage: "rollcall delta inspect DELTA [OLD-FOLDER|OLD-ARCHIVE] | ARCHIVE | FOLDER",
  options: {},
  needsTarget: () => false,
  run: async ({ output, signal }, given) => {
    const path = word(given, 0, "The delta");
    if ((await isFolder(path)) || (await archiveFormatOf(path)) !== undefined) {
      const { document, lines } = await describeArchive(path, signal);
      return output.result(document, lines);
    }
    if (await isTreeDeltaFile(path)) {
      const { document, lines } = await describeTreeDelta(path, given.positionals[1], signal);
      return output.result(document, lines);
    }
    const header = await readHeader(path);
    const frames = header.frames.map((size) => formatBytes(size)).join(" + ");
    output.result(header, [
      `from  ${header.oldSha256}  ${formatBytes(header.oldBytes)}`,
      `to    ${header.newSha256}  ${formatBytes(header.newBytes)}`,
      `by    ${header.codec}, ${frames}${header.codec === "matches" ? `, ${header.steps} steps` : ""}`,
    ]);
  },
};

async function readHeader(path: string): Promise<DeltaHeader> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const first = Buffer.alloc(Math.min(size, HEADER_BYTES.matches));
    await file.read(first, 0, first.length, 0);
    return decodeHeader(first, size);
  } finally {
    await file.close();
  }
}

/** In bytes. @throws AppError ARTIFACT_EMPTY, INPUT_TOO_LARGE. */
async function sizeOfSide(path: string): Promise<number> {
  const { size } = await stat(path);
  if (size === 0) throw new AppError("ARTIFACT_EMPTY", `${path} is empty; no delta was made.`);
  if (size > MAX_DELTA_SIDE_BYTES) throw new AppError("INPUT_TOO_LARGE", `${path} is larger than 2 GiB; no delta was made.`);
  return size;
}

function codecOf(given: Arguments): DeltaCodec {
  const codec = textOption(given, "codec") ?? "matches";
  if (codec === "matches" || codec === "dictionary") return codec;
  throw new AppError("INPUT_INVALID", `There is no codec "${codec.slice(0, 40)}": choose matches or dictionary; no delta was made.`);
}

const estimate: Command = {
  words: ["delta", "estimate"],
  summary: "Measure what a delta of two packed files (gzip, Zstandard, zip, xz, bzip2, UPX) would have if they were unpacked",
  usage: "rollcall delta estimate OLD NEW",
  options: {},
  needsTarget: () => false,
  run: async (context, given) => {
    const [oldPath, newPath] = [word(given, 0, "The old file"), word(given, 1, "The new file")];
    const { size: packedBytes } = await stat(newPath);
    await stat(oldPath);
    const { sizeBytes: deltaBytes, unpackedBytes } = await withWork(join(tmpdir(), "rollcall-estimate"), async (work) => {
      const upxProgram = await findUpx();
      return runDeltaTask(context, { oldPath, newPath, outPath: join(work, "out"), codec: "measure", upxProgram }, newPath);
    });
    context.output.result({ packedBytes, unpackedBytes, deltaBytes }, [
      `${newPath}: a delta of the unpacked files would be about ${formatBytes(deltaBytes)} instead of ${formatBytes(packedBytes)}.`,
    ]);
  },
};

/** `rollcall delta …`: for pipelines and for looking into one; no control plane is needed. */
export const deltaCommands: readonly Command[] = [make, apply, inspect, estimate];
