import { open } from "node:fs/promises";
import { z } from "zod";

type Entry = { readonly files?: Readonly<Record<string, Entry>> | undefined; readonly unpacked?: boolean | undefined };

const entry: z.ZodType<Entry> = z.object({
  files: z.lazy(() => z.record(z.string(), entry)).optional(),
  unpacked: z.boolean().optional(),
});

/** One file of an archive; `unpacked` ones lie beside it. */
export type ArchivedFile = { readonly path: string; readonly unpacked: boolean };

/** Lists an asar archive: a JSON header behind four little-endian numbers, of which the last is its length. */
export async function listAsar(archive: string): Promise<readonly ArchivedFile[]> {
  const file = await open(archive);
  try {
    const sizes = Buffer.alloc(16);
    await file.read(sizes, 0, 16, 0);
    const header = Buffer.alloc(sizes.readUInt32LE(12));
    await file.read(header, 0, header.length, 16);
    return filesOf(entry.parse(JSON.parse(header.toString("utf8"))), "");
  } finally {
    await file.close();
  }
}

function filesOf(folder: Entry, prefix: string): readonly ArchivedFile[] {
  return Object.entries(folder.files ?? {}).flatMap(([name, one]) =>
    one.files === undefined ? [{ path: prefix + name, unpacked: one.unpacked === true }] : filesOf(one, `${prefix}${name}/`),
  );
}
