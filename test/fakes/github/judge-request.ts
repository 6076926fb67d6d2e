import type { IncomingMessage } from "node:http";
import { z } from "zod";
import type { ApiDescription, DescribedOperation } from "./api-description.ts";

const json = z.record(z.string(), z.unknown());
/** What the description says of requests as a whole, in its text. */
const ACCEPTED = /application\/(?:vnd\.github\S*|json|octet-stream)|\*\/\*/;

/** A request that the description allows, or why it does not. */
export type RequestVerdict =
  | {
      readonly kind: "fine";
      readonly operation: DescribedOperation;
      readonly path: Readonly<Record<string, string>>;
      readonly body: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "wrong"; readonly why: string };

/**
 * Judges a request by GitHub's description: its path and method, every parameter, its headers, and its body to the last
 * property. What the description does not know is wrong, although GitHub itself would let much of it pass.
 */
export function judgeRequest(description: ApiDescription, message: IncomingMessage, url: URL, body: Buffer): RequestVerdict {
  const method = message.method ?? "";
  const operation = description.operations.find((one) => one.method === method && one.pattern.test(url.pathname));
  if (operation === undefined) return wrong(`${method} ${url.pathname} is no operation of the description that a publisher needs`);
  const path = Object.fromEntries(Object.entries(operation.pattern.exec(url.pathname)?.groups ?? {}));
  const faults = [...judgeParameters(operation, path, url.searchParams), ...judgeHeaders(operation, message)];
  if (faults.length > 0) return wrong(`${operation.id}: ${faults.join("; ")}`);
  if (operation.body === undefined) return { kind: "fine", operation, path, body: {} };
  const parsed = json.safeParse(parse(body));
  if (!parsed.success) return wrong(`${operation.id}: the body is no JSON object`);
  const unknown = Object.keys(parsed.data).filter((name) => !operation.bodyProperties.has(name));
  if (unknown.length > 0) return wrong(`${operation.id}: the body has ${unknown.join(", ")}, which is not described`);
  if (operation.body(parsed.data) !== true) return wrong(`${operation.id}: ${JSON.stringify(operation.body.errors)}`);
  return { kind: "fine", operation, path, body: parsed.data };
}

function judgeParameters(operation: DescribedOperation, path: Readonly<Record<string, string>>, query: URLSearchParams): readonly string[] {
  const faults = operation.parameters.flatMap((one) => {
    const text = one.in === "path" ? path[one.name] : one.in === "query" ? query.get(one.name) : undefined;
    if (text === undefined || text === null) return one.required ? [`${one.name} is missing`] : [];
    const value = one.schema["type"] === "integer" ? (/^\d+$/.test(text) ? Number(text) : text) : decodeURIComponent(text);
    return operation.isValid(one, value) ? [] : [`${one.name} is not valid: ${text}`];
  });
  const known = new Set(operation.parameters.filter((one) => one.in === "query").map((one) => one.name));
  return [...faults, ...[...query.keys()].filter((name) => !known.has(name)).map((name) => `${name} is no parameter`)];
}

function judgeHeaders(operation: DescribedOperation, message: IncomingMessage): readonly string[] {
  const {
    accept,
    "user-agent": userAgent,
    "content-type": contentType,
    "content-length": length,
    "transfer-encoding": encoding,
  } = message.headers;
  const isUpload = operation.id === "repos/upload-release-asset";
  return [
    ...(userAgent === undefined || userAgent === "" ? ["there is no User-Agent"] : []),
    ...(accept !== undefined && ACCEPTED.test(accept) ? [] : [`Accept is ${accept ?? "missing"}`]),
    ...(operation.mediaTypes.length > 0 && !operation.mediaTypes.some((one) => contentType?.startsWith(one))
      ? [`Content-Type is ${contentType ?? "missing"}`]
      : []),
    ...(isUpload && (length === undefined || encoding !== undefined) ? ["an upload has no Content-Length"] : []),
  ];
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function wrong(why: string): RequestVerdict {
  return { kind: "wrong", why };
}
