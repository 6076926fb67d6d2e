import type { Entry, ZipFile } from "yauzl";
import { AppError } from "#shared/errors/app-error.ts";
import type { ArchiveMember, ArchiveMembers, MemberHead } from "./archive-member.ts";
import { archiveRefusal } from "./archive-refusal.ts";

const MADE_ON_UNIX = 3;
const TYPE_MASK = 0o170000;
const TYPES: Readonly<Record<number, MemberHead["kind"]>> = { 0: "file", 0o100000: "file", 0o040000: "folder", 0o120000: "symlink" };
/** As long as a path of Linux can be. */
const MOST_TARGET_BYTES = 4096;

/**
 * The entries of a zip file, from its central directory, read by `yauzl` in its strict mode: names with backslashes,
 * absolute ones and those that climb are refused there already, and sizes that do not agree with the contents later.
 */
export async function* zipMembers(path: string): ArchiveMembers {
  let zip: ZipFile | undefined;
  try {
    const yauzl = await import("yauzl");
    zip = await yauzl.openPromise(path, { autoClose: false, lazyEntries: true, strictFileNames: true, validateEntrySizes: true });
    for await (const entry of zip.eachEntry()) yield await toMember(zip, entry);
  } catch (thrown) {
    throw thrown instanceof AppError ? thrown : toRefusal(thrown);
  } finally {
    zip?.close();
  }
}

function toRefusal(thrown: unknown, path?: string): unknown {
  // An error of the system keeps its name; what yauzl finds wrong is only a sentence.
  if (thrown instanceof Error && "code" in thrown) return thrown;
  return archiveRefusal(thrown instanceof Error ? thrown.message.slice(0, 200) : "it cannot be read", path, thrown);
}

async function toMember(zip: ZipFile, entry: Entry): Promise<ArchiveMember> {
  const path = entry.fileName;
  if (entry.isEncrypted()) throw archiveRefusal("it is encrypted", path);
  if (!entry.canDecodeFileData()) throw archiveRefusal(`it is packed by a method that is not read (${entry.compressionMethod})`, path);
  const unix = entry.versionMadeBy >>> 8 === MADE_ON_UNIX ? entry.externalFileAttributes >>> 16 : undefined;
  const type = (unix ?? 0) & TYPE_MASK;
  const kind = path.endsWith("/") ? "folder" : (TYPES[type] ?? "other");
  const mode = unix === undefined || unix === 0 ? undefined : unix & 0o7777;
  const head = { path, kind, sizeBytes: kind === "folder" ? 0 : entry.uncompressedSize, mode };
  const body = (): AsyncIterable<Uint8Array> => read(zip, entry);
  if (kind === "symlink") return { ...head, sizeBytes: 0, target: await readTarget(zip, entry), body };
  return kind === "other" ? { ...head, what: `type ${type.toString(8)}`, body } : { ...head, body };
}

async function* read(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const stream: AsyncIterable<Uint8Array> = await zip.openReadStreamPromise(entry);
    yield* stream;
  } catch (thrown) {
    throw thrown instanceof AppError ? thrown : toRefusal(thrown, entry.fileName);
  }
}

async function readTarget(zip: ZipFile, entry: Entry): Promise<string> {
  if (entry.uncompressedSize > MOST_TARGET_BYTES) throw archiveRefusal("its target is too long", entry.fileName);
  const pieces: Uint8Array[] = [];
  for await (const piece of read(zip, entry)) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}
