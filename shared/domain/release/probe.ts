import { z } from "zod";
import { durationMs } from "../../lib/scalars.ts";
import { commandArgument } from "./command-argument.ts";

/** Good when it answers with the expected status; redirects are not followed. */
const http = z.object({
  kind: z.literal("http"),
  url: z.url({ protocol: /^http$/, hostname: /^(?:127\.0\.0\.1|localhost|\[::1\])$/ }).max(300),
  expectStatus: z.int().min(100).max(599).default(200),
  intervalMs: durationMs.min(200).default(2000),
  timeoutMs: durationMs.min(100).default(2000),
  failureThreshold: z.int().min(1).max(100).default(3),
});

const timing = {
  intervalMs: http.shape.intervalMs,
  timeoutMs: http.shape.timeoutMs,
  failureThreshold: http.shape.failureThreshold,
};

/** Good when it accepts a connection, which is closed at once. */
const tcp = z.object({
  kind: z.literal("tcp"),
  host: z.enum(["127.0.0.1", "localhost", "::1"]).default("127.0.0.1"),
  port: z.int().min(1).max(65_535),
  ...timing,
});

/**
 * Good when it exits with 0. Runs as the application does: its user, folder and environment, `{artifact}` replaced, no
 * shell. What it prints is told when it fails; at the timeout it is killed with everything that it started.
 */
const exec = z.object({
  kind: z.literal("exec"),
  command: commandArgument.min(1),
  arguments: z.array(commandArgument).max(64).default([]),
  ...timing,
});

/** How a host asks a running version whether it is well. The address is always on the host itself. */
export const probe = z.discriminatedUnion("kind", [http, tcp, exec]);
export type Probe = z.infer<typeof probe>;

/** The parts of a probe that a host's own file may move. */
export const probeOverrides = { probeUrl: http.shape.url.optional(), probePort: tcp.shape.port.optional() };
