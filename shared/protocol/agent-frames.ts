import { z } from "zod";
import { applicationId, commandId, grantId, hostId, releaseId } from "../lib/ids.ts";
import { epochMs } from "../lib/scalars.ts";
import { fetchedRelease } from "../domain/host/fetched.ts";
import { hostFacts, hostFailure, hostPhase, reportedApplication } from "../domain/host/reported.ts";
import { tailedFrame } from "./log-tail.ts";
import { publicKeyText, signatureText } from "./enrolment.ts";

/** The pair that orders desired documents: a restore or an import starts a new epoch. */
export const documentPair = z.object({ epoch: z.int().min(0), revision: z.int().min(0) });
export type DocumentPair = z.infer<typeof documentPair>;

/** A random name of one run of the agent process. */
export const bootId = z.string().regex(/^[A-Za-z0-9_-]{16,43}$/);

/** Answer to `challenge`: proves the key. */
export const proofFrame = z.object({
  type: z.literal("proof"),
  v: z.int(),
  hostId,
  boot: bootId,
  publicKey: publicKeyText,
  signature: signatureText,
});

/** First frame of an open link: everything the control plane needs to know. Sent again when facts change. */
export const helloFrame = z.object({
  type: z.literal("hello"),
  facts: hostFacts,
  applied: documentPair.optional(),
  applications: z.array(reportedApplication).max(64),
});

/**
 * What a host observed. `phase` is a change in the life of one application; `state` is the regular fresh observation
 * (the control plane says how often in `welcome`); `command` is the outcome of a command.
 */
export const reportBody = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("phase"),
    at: epochMs,
    applicationId,
    releaseId,
    digest: z.string().max(64),
    phase: hostPhase,
    grantId: grantId.optional(),
    failure: hostFailure.optional(),
    /** With `staged`: what bringing the release here has taken. Agents before deltas do not tell. */
    fetched: fetchedRelease.optional(),
    application: reportedApplication,
  }),
  z.object({ kind: z.literal("state"), at: epochMs, applications: z.array(reportedApplication).max(64) }),
  z.object({
    kind: z.literal("command"),
    at: epochMs,
    commandId,
    outcome: z.enum(["done", "failed", "expired"]),
    message: z.string().max(500),
    output: z.string().max(64_000).optional(),
  }),
]);
export type ReportBody = z.infer<typeof reportBody>;

/** A signed report. Numbered per boot without gaps; the agent keeps it until it is acknowledged. */
export const reportFrame = z.object({
  type: z.literal("report"),
  boot: bootId,
  sequence: z.int().min(1),
  body: reportBody,
  signature: signatureText,
});
export type ReportFrame = z.infer<typeof reportFrame>;

/** "Durable here": the document was applied, the halt took effect, the command is in the journal. */
export const agentAckFrame = z.discriminatedUnion("of", [
  z.object({ type: z.literal("ack"), of: z.literal("desired"), pair: documentPair }),
  /** `switching` names grants whose switch had already begun when the halt arrived. */
  z.object({ type: z.literal("ack"), of: z.literal("halt"), haltId: z.string().max(64), switching: z.array(grantId).max(64) }),
  z.object({ type: z.literal("ack"), of: z.literal("command"), commandId }),
]);

/**
 * A report as it arrives. `signedBody` is the body as it was sent, with the fields of newer agents that this version does
 * not know: the signature is over those, too.
 */
const receivedReport = z.preprocess(
  (frame) => (typeof frame === "object" && frame !== null && "body" in frame ? { ...frame, signedBody: frame.body } : frame),
  reportFrame.extend({ signedBody: z.unknown().optional() }),
);

/** Every frame an agent may send. */
export const agentFrame = z.union([proofFrame, helloFrame, receivedReport, agentAckFrame, tailedFrame]);
export type AgentFrame = z.infer<typeof agentFrame>;
