import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { grantId } from "#shared/lib/ids.ts";
import type { AgentProcess } from "./agent-process.ts";

const socketDocument = z.looseObject({
  attemptId: grantId.optional(),
  lockId: z.string().optional(),
  detail: z.string().optional(),
  checkedAt: z.number().optional(),
});
type SocketDocument = z.infer<typeof socketDocument>;

/** What the agent answered on a socket. */
export type SocketAnswer = { readonly status: number; readonly type: string | undefined; readonly body: SocketDocument };

/** One question over a Unix socket, as any HTTP client asks it. */
export async function askSocket(socketPath: string, method: string, path: string, token?: string, body?: unknown): Promise<SocketAnswer> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const { promise, resolve, reject } = Promise.withResolvers<SocketAnswer>();
  const outgoing = request({ socketPath, method, path, headers }, (answer) => {
    text(answer).then(
      (said) =>
        resolve({
          status: answer.statusCode ?? 0,
          type: answer.headers["content-type"],
          body: socketDocument.parse(said === "" ? {} : JSON.parse(said)),
        }),
      reject,
    );
  });
  outgoing.on("error", reject);
  outgoing.end(body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body));
  return promise;
}

/** The agent's question box for one test: asks as the release whose token file is there. */
export async function askAs(agent: AgentProcess, releaseId: string) {
  const socketPath = join(agent.application.folder, "ipc.sock");
  const token = (await readFile(join(agent.application.folder, "tokens", releaseId), "utf8")).trim();
  const ask = (method: string, path: string, body?: unknown): Promise<SocketAnswer> =>
    askSocket(socketPath, method, `/v1/${path}`, token, body);
  return { socketPath, token, ask };
}
