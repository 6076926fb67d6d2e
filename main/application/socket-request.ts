import { request, type IncomingMessage } from "node:http";
import { RollcallError } from "./rollcall-error.ts";

/** One question to the agent. */
export type SocketRequest = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly token: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
};

/** No answer of the agent is longer: 64 attempts or versions with their sentences stay far below. */
const MAX_ANSWER_BYTES = 1_048_576;

/**
 * Sends a question and waits for the head of the answer. Nothing is kept open after it.
 *
 * @throws RollcallError UNREACHABLE when no agent listens; the signal's reason when it was aborted.
 */
export function send(socketPath: string, { method, path, token, body, headers = {}, signal }: SocketRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = request({
      socketPath,
      method,
      path: `/v1/${path}`,
      agent: false,
      headers: { ...headers, Authorization: `Bearer ${token}`, ...(text !== undefined && { "Content-Length": Buffer.byteLength(text) }) },
      ...(signal && { signal }),
    });
    outgoing.once("response", resolve);
    outgoing.on("error", (cause) => {
      const reason: unknown = signal?.aborted === true ? signal.reason : unreachable(socketPath, cause);
      reject(reason);
    });
    outgoing.end(text);
  });
}

/**
 * Reads a whole answer.
 *
 * @throws RollcallError with the agent's code when it refused, PROTOCOL when what came is no answer of an agent.
 */
export async function readAnswer(answer: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const piece of answer) {
      if (!Buffer.isBuffer(piece)) continue;
      sizeBytes += piece.length;
      if (sizeBytes > MAX_ANSWER_BYTES) break;
      pieces.push(piece);
    }
    const text = Buffer.concat(pieces).toString("utf8");
    const document: unknown = text === "" ? undefined : JSON.parse(text);
    if (isSuccess(answer)) return document;
    throw toProblem(answer.statusCode ?? 0, document);
  } catch (thrown) {
    if (thrown instanceof RollcallError) throw thrown;
    throw new RollcallError("PROTOCOL", "What came over the socket is no whole answer of an agent.", {
      status: answer.statusCode ?? 0,
      cause: thrown,
    });
  }
}

/** Whether the agent did what it was asked. */
export function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

function toProblem(status: number, document: unknown): RollcallError {
  const text = (name: string): string | undefined => {
    if (typeof document !== "object" || document === null || !(name in document)) return undefined;
    const value: unknown = Reflect.get(document, name);
    return typeof value === "string" ? value : undefined;
  };
  return new RollcallError(text("code") ?? "PROTOCOL", text("detail") ?? `The agent answered with status ${status}.`, {
    status,
    next: text("title") ?? "",
  });
}

function unreachable(socketPath: string, cause: Error): RollcallError {
  return new RollcallError("UNREACHABLE", `No agent answers at ${socketPath}; nothing was done. It may be restarting.`, { cause });
}
