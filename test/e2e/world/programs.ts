import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll } from "vitest";

const ELF_MACHINES = { amd64: 62, arm64: 183 } as const;

/** The first bytes of a Linux program: what its platform is read from. */
function elfHeader(machine: keyof typeof ELF_MACHINES): Buffer {
  const header = Buffer.alloc(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(ELF_MACHINES[machine], 18);
  header.writeUInt32LE(1, 20);
  return header;
}

/** A folder of files to drop. */
export type ProgramFolder = {
  readonly path: string;
  /** Writes a program of random bytes behind the header of its platform, and answers its path. */
  readonly program: (name: string, machine: keyof typeof ELF_MACHINES, sizeBytes: number) => Promise<string>;
  readonly file: (name: string, content: string | Buffer) => Promise<string>;
  readonly remove: () => Promise<void>;
};

/** Makes a folder that a suite fills and removes. */
async function openProgramFolder(): Promise<ProgramFolder> {
  const path = await mkdtemp(join(tmpdir(), "rollcall-drop-"));
  const file = async (name: string, content: string | Buffer): Promise<string> => {
    await writeFile(join(path, name), content);
    return join(path, name);
  };
  return {
    path,
    file,
    program: (name, machine, sizeBytes) => file(name, Buffer.concat([elfHeader(machine), randomBytes(sizeBytes - 64)])),
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** A folder for all tests of a suite. */
export function useProgramFolder(): () => ProgramFolder {
  const held: { folder?: ProgramFolder } = {};
  beforeAll(async () => {
    held.folder = await openProgramFolder();
  });
  afterAll(() => held.folder?.remove());
  return () => held.folder!;
}
