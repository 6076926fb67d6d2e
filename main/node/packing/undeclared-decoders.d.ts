/** Two packages without usable types of their own: what we use of them, as Node imports it. */
declare module "seek-bzip" {
  type ByteSource = { readByte(): number; read(into: Uint8Array, offset: number, length: number): number };
  type ByteSink = { writeByte(byte: number): void };
  const library: {
    /** Decodes one stream. Without an `eof` of the source it ends with that stream, and never before it. */
    decode(source: ByteSource, sink: ByteSink): unknown;
  };
  export default library;
}

declare module "xz-decompress" {
  import type { ReadableStream } from "node:stream/web";
  const library: { readonly XzReadableStream: new (packed: ReadableStream<Uint8Array>) => ReadableStream<Uint8Array> };
  export default library;
}
