/** More files than this are not taken from one drop: a release holds 64, and a folder may hold anything. */
const MOST_FILES = 200;

/** Deepest folder that is looked into. */
const DEEPEST = 8;

/**
 * The files of a drop; folders are walked, hidden files left out. Call it in the drop's own handler: the browser takes
 * the drop back afterwards.
 */
export async function readDrop(transfer: DataTransfer): Promise<readonly File[]> {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const found = items.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const files: File[] = [];
  for (const { entry, file } of found) {
    // Why the file itself and not its entry's: only that one carries its path on the desktop.
    if (entry?.isDirectory === true) await walk(entry, files, 0);
    else if (file !== null) files.push(file);
  }
  return files.slice(0, MOST_FILES);
}

async function walk(entry: FileSystemEntry, files: File[], depth: number): Promise<void> {
  if (entry.name.startsWith(".") || files.length >= MOST_FILES || depth > DEEPEST) return;
  if (isFile(entry)) files.push(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)));
  else if (isDirectory(entry)) for (const child of await readEntries(entry)) await walk(child, files, depth + 1);
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/** A reader gives its entries in portions; an empty one is the last. */
async function readEntries(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (let portion = await read(reader); portion.length > 0 && all.length < MOST_FILES; portion = await read(reader)) all.push(...portion);
  return all.sort((left, right) => left.name.localeCompare(right.name));
}

const read = (reader: FileSystemDirectoryReader): Promise<readonly FileSystemEntry[]> =>
  new Promise((resolve, reject) => reader.readEntries(resolve, reject));
