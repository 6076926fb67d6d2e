import { createORPCClient, ORPCError } from "@orpc/client";
import { RPCLink } from "@orpc/client/fetch";
import type { ContractClient } from "#shared/contract/index.ts";
import { STREAMING_PROCEDURES } from "#shared/contract/streaming-procedures.ts";
import { AppError, fromWire } from "#shared/errors/app-error.ts";
import { errnoOf } from "#main/node/disk-error.ts";
import { pinnedFetch, type Fetch } from "./pinned-fetch.ts";

/** Where a control plane is and how we may act there. */
export type Target = {
  readonly url: string;
  readonly token: string;
  /** SHA-256 of its certificate (DER, hex), for one that made its own; absent, the authorities of this machine decide. */
  readonly certificatePin?: string | undefined;
};

/** A single call that does not stream is given up after this time. */
const CALL_TIMEOUT_MS = 60_000;

const RPC_PREFIX = "/rpc/";

/**
 * A client of the contract over RPC, as every other program uses it.
 *
 * @throws AppError INPUT_INVALID for a pin beside an address without TLS.
 */
export function contractClient(target: Target): ContractClient {
  const send = fetchFor(target);
  const link = new RPCLink({
    url: new URL(RPC_PREFIX.slice(0, -1), target.url).href,
    headers: { authorization: `Bearer ${target.token}` },
    fetch: (request, init) => {
      const signals = isStreaming(request) ? [request.signal] : [request.signal, AbortSignal.timeout(CALL_TIMEOUT_MS)];
      return send(request, { ...init, signal: AbortSignal.any(signals) });
    },
  });
  return createORPCClient(link);
}

function isStreaming({ url }: Request): boolean {
  return STREAMING_PROCEDURES.has(new URL(url).pathname.slice(RPC_PREFIX.length).replaceAll("/", "."));
}

function fetchFor({ url, certificatePin }: Target): Fetch {
  if (certificatePin === undefined) return fetch;
  if (new URL(url).protocol === "https:") return pinnedFetch(certificatePin);
  throw new AppError("INPUT_INVALID", `A pin is for the certificate of an https address, which ${url} is not; nothing was sent.`);
}

/** Gives whatever a call threw its code again, so that callers branch on codes and not on texts. */
export function asClientError(thrown: unknown, url: string): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof ORPCError) return fromWire({ code: String(thrown.code), message: thrown.message });
  if (thrown instanceof Error && thrown.name === "TimeoutError")
    return new AppError("REMOTE_TIMEOUT", `The control plane at ${url} did not answer in time; whether it acted is not known.`, {
      cause: thrown,
    });
  if (thrown instanceof TypeError && thrown.message === "terminated")
    return new AppError("TRANSPORT_CLOSED", `The connection to the control plane at ${url} ended; whether it acted is not known.`, {
      cause: thrown,
    });
  if (isCertificateError(thrown))
    return new AppError(
      "TRUST_CERTIFICATE_REFUSED",
      `Nobody whom this machine trusts vouches for the certificate of ${url}; nothing was sent. Give its SHA-256 with --pin.`,
      { cause: thrown },
    );
  if (thrown instanceof TypeError && thrown.message.includes("fetch failed"))
    return new AppError("REMOTE_UNREACHABLE", `There is no control plane at ${url}; nothing was done.`, { cause: thrown });
  return new AppError("INTERNAL", thrown instanceof Error ? `Something went wrong: ${thrown.message}` : "Something went wrong.", {
    cause: thrown,
  });
}

/** Node's names for a chain or a name that does not hold; OpenSSL's for the chain's ends. */
const CERTIFICATE_ERRORS =
  /^(?:ERR_TLS_CERT_ALTNAME_INVALID|CERT_[A-Z_]+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_[A-Z_]*(?:CERT|SIGNATURE)[A-Z_]*)$/;

function isCertificateError(thrown: unknown): boolean {
  return thrown instanceof Error && CERTIFICATE_ERRORS.test(errnoOf(thrown.cause) ?? "");
}
