import { spawn } from "node:child_process";
import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import { errnoOf } from "../../disk-error.ts";
import type { RegistryCredentials } from "./registry-credentials.ts";

/** A helper may ask a keyring that asks a person; it must not hold a publication for ever. */
const DEADLINE_MS = 20_000;
/** For the last words of a helper that has ended. */
const LINGER_MS = 1000;
const MAX_OUTPUT_BYTES = 64 * 1024;
const HELPER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

const helperAnswer = z.object({ Username: z.string().max(1000), Secret: z.string().min(1).max(16_384) });

type Outcome = { readonly exitCode: number | null; readonly output: string };

/**
 * Asks `docker-credential-<name>` for the credentials of a registry, as docker does: the address goes in on standard
 * input, a JSON document comes out. The user `<token>` means that the secret is an identity token.
 *
 * @returns undefined when the helper knows none.
 * @throws AppError STORE_CREDENTIALS_REFUSED when it is not there, fails, says too much, or takes longer than 20 s.
 */
export async function askCredentialProgram(name: string, registry: string): Promise<RegistryCredentials | undefined> {
  if (!HELPER_NAME.test(name)) throw refused(name, "is no name of a helper");
  const { exitCode, output } = await run(`docker-credential-${name}`, `${registry}\n`).catch((thrown: unknown) => {
    throw thrown instanceof AppError ? thrown : refused(name, `could not be started (${errnoOf(thrown) ?? "unknown"})`);
  });
  // The words and the exit code that every helper uses for "not found".
  if (exitCode !== 0 && /credentials not found/i.test(output)) return undefined;
  if (exitCode !== 0) throw refused(name, `ended with ${exitCode === null ? "no answer in time" : `exit code ${exitCode}`}`);
  const answer = helperAnswer.safeParse(parseJson(output));
  if (!answer.success) throw refused(name, "answered something else than credentials");
  const { Username, Secret } = answer.data;
  return Username === "<token>" ? { kind: "identity", token: Secret } : { kind: "basic", username: Username, password: Secret };
}

function run(program: string, input: string): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const child = spawn(program, ["get"], { stdio: ["pipe", "pipe", "ignore"], timeout: DEADLINE_MS, killSignal: "SIGKILL" });
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  child.stdout.on("data", (piece: Buffer) => {
    sizeBytes += piece.length;
    if (sizeBytes > MAX_OUTPUT_BYTES) child.kill("SIGKILL");
    else pieces.push(piece);
  });
  child.once("error", reject);
  // What it started may hold its output open and live on; that ends neither our wait nor our reading.
  child.once("exit", (_code, signal) => void setTimeout(() => child.stdout.destroy(), signal === null ? LINGER_MS : 0).unref());
  child.once("close", (exitCode) => resolve({ exitCode, output: Buffer.concat(pieces).toString("utf8") }));
  // A helper that ends without reading is judged by its exit.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  return promise;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Never with the helper's output, which may hold the secret. */
function refused(name: string, what: string): AppError {
  return new AppError(
    "STORE_CREDENTIALS_REFUSED",
    `The credential helper docker-credential-${name.slice(0, 100)} ${what}; nothing was sent to the registry.`,
  );
}
