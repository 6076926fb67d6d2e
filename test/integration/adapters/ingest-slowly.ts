// A process of its own for the kill test: stores endless bytes into the layout named by its argument until it is killed.
import { openFsBlobStore } from "#main/adapters/fs-blob-store/fs-blob-store.ts";

async function* endless(): AsyncGenerator<Uint8Array> {
  for (let piece = 0; ; piece += 1) {
    yield Buffer.alloc(64 * 1024, piece % 251);
    if (piece === 20) process.stdout.write("writing\n");
    // A pipe that is full, or a turn of the loop: either lets the parent act.
    await new Promise<void>((settle) => {
      setImmediate(settle);
    });
  }
}

const store = await openFsBlobStore(process.argv[2] ?? "");
await store.ingest(endless(), { expected: { sizeBytes: 2 ** 30 } });
