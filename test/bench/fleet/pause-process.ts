/** Child process of a person who pauses a rollout: told where and which, it answers how long that took, in milliseconds. */
import { z } from "zod";
import { contractClient } from "#main/client/contract-client.ts";
import { readRunningFile } from "#main/node/running-file.ts";
import { rolloutId } from "#shared/lib/ids.ts";

const order = z.object({ folder: z.string(), rolloutId, afterMs: z.number() });

async function pause(message: unknown): Promise<number> {
  const { folder, rolloutId: id, afterMs } = order.parse(message);
  const running = await readRunningFile(folder);
  if (running === undefined) throw new Error("The server did not announce itself.");
  const client = contractClient(running);
  // The first call opens the connection, which a console has open already.
  await client.rollouts.list({ limit: 1 });
  process.send?.("ready");
  await new Promise((settle) => process.once("message", settle));
  await new Promise((settle) => setTimeout(settle, afterMs));
  const pressedAt = performance.now();
  await client.rollouts.pause({ rolloutId: id });
  return performance.now() - pressedAt;
}

process.once("message", (message) => {
  pause(message).then(
    (tookMs) => process.send?.(tookMs),
    (failure: unknown) => {
      console.error(failure);
      process.exit(1);
    },
  );
});
