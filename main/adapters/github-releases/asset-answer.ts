import { AppError } from "#shared/errors/app-error.ts";

/** The bytes of an asset as they come. `partial` is set when the answer holds the asked range alone. */
export type AssetBytes = { readonly body: ReadableStream<Uint8Array>; readonly partial: boolean };

/** Where the bytes of an asset are: in this answer, or at an address for which it is the ticket. */
export type AssetAnswer = ({ readonly kind: "here" } & AssetBytes) | { readonly kind: "elsewhere"; readonly address: string };

/**
 * Reads GitHub's answer to "give me the bytes of this asset": both 200 and 302 are allowed (OpenAPI: repos/get-release-asset).
 * @throws AppError STORE_PROTOCOL.
 */
export async function readAssetAnswer(answer: {
  readonly status: number;
  readonly headers: { readonly location?: string | undefined };
  readonly data: unknown;
}): Promise<AssetAnswer> {
  const { location } = answer.headers;
  const body = answer.data instanceof ReadableStream ? toByteStream(answer.data) : undefined;
  if (location !== undefined) {
    await body?.cancel();
    return { kind: "elsewhere", address: location };
  }
  if (body === undefined) throw new AppError("STORE_PROTOCOL", "GitHub answered neither the file nor where it lies; nothing was read.");
  return { kind: "here", body, partial: answer.status === 206 };
}

function toByteStream(stream: ReadableStream): ReadableStream<Uint8Array> {
  // The body of a fetch is a stream of bytes; Octokit hands it on without its type.
  return stream as ReadableStream<Uint8Array>;
}
