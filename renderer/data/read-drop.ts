/** More files than this are not taken from one drop: a release holds 64, and a folder may hold anything. */
const MOST_FILES = 200;

/**
 * Bytes of the largest file that is taken, as `sizeBytes` has it. Why not that schema: this runs in the first chunk of
 * the page, and schemas may be made only after `schema-setup.ts`.
 */
const LARGEST_BYTES = 64 * 2 ** 30;

/** Deepest folder that is looked into. */
const DEEPEST = 8;

/** A file of a drop, with the folders that it lay in: `dist/linux`, or empty. */
export type DroppedFile = { readonly file: File; readonly folder: string };

/** Why something of a drop was not taken. */
export type LeftOutReason = "hidden" | "too-many" | "too-deep" | "too-large" | "unreadable";

/** Something of a drop that was not taken. */
export type LeftOut = { readonly name: string; readonly reason: LeftOutReason };

/** What a drop brought. */
export type Drop = { readonly files: readonly DroppedFile[]; readonly leftOut: readonly LeftOut[] };

type Gathering = { readonly files: DroppedFile[]; readonly leftOut: LeftOut[] };

/**
 * The files of a drop; folders are walked, hidden files left out, and what is left out is told. Call it in the drop's
 * own handler: the browser takes the drop back afterwards.
 */
export async function readDrop(transfer: DataTransfer): Promise<Drop> {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const found = items.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const gathering: Gathering = { files: [], leftOut: [] };
  for (const { entry, file } of found) {
    // Why the file itself and not its entry's: only that one carries its path on the desktop.
    if (entry?.isDirectory === true) await walk(entry, "", gathering);
    else if (file !== null) take({ file, folder: "" }, gathering);
  }
  return gathering;
}

function take(dropped: DroppedFile, { files, leftOut }: Gathering): void {
  const { name, size } = dropped.file;
  if (files.length >= MOST_FILES) leftOut.push({ name, reason: "too-many" });
  else if (size > LARGEST_BYTES) leftOut.push({ name, reason: "too-large" });
  else files.push(dropped);
}

async function walk(entry: FileSystemEntry, folder: string, gathering: Gathering): Promise<void> {
  const { name } = entry;
  const leave = (reason: LeftOutReason): void => void gathering.leftOut.push({ name, reason });
  if (name.startsWith(".")) return leave("hidden");
  if (gathering.files.length >= MOST_FILES) return leave("too-many");
  if (isFile(entry)) {
    const file = await new Promise<File | undefined>((resolve) => entry.file(resolve, () => resolve(undefined)));
    return file === undefined ? leave("unreadable") : take({ file, folder }, gathering);
  }
  if (!isDirectory(entry)) return;
  const path = folder === "" ? name : `${folder}/${name}`;
  if (path.split("/").length > DEEPEST) return leave("too-deep");
  for (const child of await readEntries(entry)) await walk(child, path, gathering);
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/** A reader gives its entries in portions; an empty one is the last. */
async function readEntries(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  // Why one more than we take: that there were more has to be told.
  for (let portion = await read(reader); portion.length > 0 && all.length <= MOST_FILES; portion = await read(reader)) all.push(...portion);
  return all.sort((left, right) => left.name.localeCompare(right.name));
}

const read = (reader: FileSystemDirectoryReader): Promise<readonly FileSystemEntry[]> =>
  new Promise((resolve, reject) => reader.readEntries(resolve, reject));
