import { hash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { HostFacts } from "#shared/domain/host/reported.ts";
import { AppError, toAppError } from "#shared/errors/app-error.ts";
import { enrolResponse, type EnrolmentTokenDocument, type EnrolResponse } from "#shared/protocol/enrolment.ts";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import { enrolmentBytes } from "#shared/protocol/signing.ts";
import { backoffDelayMs } from "#main/node/backoff.ts";
import type { AgentLogger } from "../logger.ts";
import { urlAt } from "../net/control-plane-access.ts";
import { HttpClient } from "../net/http-client.ts";
import { readBody, toAnswerError } from "../net/read-body.ts";
import type { HostKey } from "../state/host-key.ts";
import type { Identity } from "../state/identity.ts";

/** What enrolling needs. */
export type EnrolmentPorts = {
  readonly token: EnrolmentTokenDocument;
  readonly key: HostKey;
  readonly name: string;
  readonly facts: HostFacts;
  readonly logger: AgentLogger;
  readonly now: () => number;
  readonly random: () => number;
  readonly signal: AbortSignal;
};

const MAX_ANSWER_BYTES = 1024 * 1024;
const RETRY = { baseMs: 1000, capMs: 60_000 };

async function askOnce(ports: EnrolmentPorts, http: HttpClient, baseUrl: string): Promise<EnrolResponse> {
  const { token, key, name, facts, signal } = ports;
  const unsigned = { v: 1 as const, secret: token.secret, publicKey: key.publicKey, name, facts, at: ports.now() };
  const body = JSON.stringify({ ...unsigned, signature: key.sign(enrolmentBytes(unsigned)) });
  const url = urlAt(baseUrl, AGENT_PATHS.enrol);
  const answer = await http.send(url, { method: "POST", headers: { "Content-Type": "application/json" }, body, signal });
  if (answer.status !== 200 && answer.status !== 201) throw await toAnswerError(answer, "the enrolment");
  try {
    const document: unknown = JSON.parse((await readBody(answer.body, MAX_ANSWER_BYTES)).toString("utf8"));
    return enrolResponse.parse(document);
  } catch (cause) {
    if (!(cause instanceof SyntaxError) && !(cause instanceof z.ZodError)) throw cause;
    throw new AppError(
      "LINK_PROTOCOL_UNSUPPORTED",
      `${url.host} answered the enrolment in words that this agent does not know; the host is not enrolled.`,
      { cause },
    );
  }
}

// The root of trust is checked before the answer is believed in anything: whoever answered at the address of the token
// must also know the root that the token pins.
function checkTrustRoot(response: EnrolResponse, token: EnrolmentTokenDocument): void {
  const seen = hash("sha256", Buffer.from(response.trustRoot, "base64"));
  if (seen === token.trustRoot) return;
  throw new AppError(
    "TRUST_ROOT_MISMATCH",
    "The control plane's root of trust is not the one that the token names; the host is not enrolled.",
    {
      details: { expected: token.trustRoot, seen },
    },
  );
}

async function askAll(ports: EnrolmentPorts, http: HttpClient): Promise<EnrolResponse> {
  const failures: AppError[] = [];
  for (const baseUrl of ports.token.urls) {
    try {
      return await askOnce(ports, http, baseUrl);
    } catch (thrown) {
      const error = toAppError(thrown);
      // A refusal is the control plane's word at every address; a wrong certificate is only this address's.
      const isRefusal = !error.retryable && error.code !== "TRUST_CERTIFICATE_REFUSED";
      if (isRefusal || ports.signal.aborted) throw error;
      ports.logger.warn({ code: error.code, baseUrl }, error.message);
      failures.push(error);
    }
  }
  throw (
    failures.find((error) => error.retryable) ??
    failures[0] ??
    new AppError("REMOTE_UNREACHABLE", "The token names no address; the host is not enrolled.")
  );
}

/**
 * Registers this host's own key with the control plane that the token names. Asks on while it cannot be reached or a
 * person has not approved the host yet.
 *
 * @throws AppError ENROL_TOKEN_*, HOST_REVOKED, TRUST_ROOT_MISMATCH, TRUST_CERTIFICATE_REFUSED (another certificate than the
 *   pinned one), CANCELLED.
 */
export async function enrol(ports: EnrolmentPorts): Promise<Identity> {
  const { token, logger, signal } = ports;
  const http = new HttpClient(token.certificatePin);
  for (let attempt = 0; ; attempt += 1) {
    try {
      const response = await askAll(ports, http);
      checkTrustRoot(response, token);
      logger.info({ hostId: response.hostId, state: response.state }, "The host is enrolled.");
      return toIdentity(response, ports);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (signal.aborted) throw new AppError("CANCELLED", "The agent was stopped before the host was enrolled.", { cause: thrown });
      if (!error.retryable) throw error;
      const delayMs = backoffDelayMs(RETRY, attempt, ports.random());
      logger.warn({ code: error.code, retryInMs: delayMs }, `The host is not enrolled yet: ${error.message}`);
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

function toIdentity(response: EnrolResponse, { token, name, now }: EnrolmentPorts): Identity {
  return {
    schema: 1,
    hostId: response.hostId,
    name,
    urls: token.urls,
    ...(token.certificatePin !== undefined && { certificatePin: token.certificatePin }),
    fleetId: token.fleetId,
    trustRootSha256: token.trustRoot,
    trustRoot: response.trustRoot,
    enrolledAt: now(),
  };
}
