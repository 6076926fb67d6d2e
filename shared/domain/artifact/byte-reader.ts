/**
 * Reads numbers and text from the first bytes of a file. Every read outside the bytes gives undefined, so that a
 * truncated or hostile header can never throw.
 */
export type ByteReader = {
  readonly length: number;
  u8(offset: number): number | undefined;
  u16(offset: number): number | undefined;
  u32(offset: number): number | undefined;
  /** A 64-bit number, or undefined above 2^53, which no real header reaches. */
  u64(offset: number): number | undefined;
  /** ASCII up to the first NUL, at most `maxLength` bytes; undefined when it starts outside the bytes. */
  text(offset: number, maxLength: number): string | undefined;
  startsWith(bytes: readonly number[], offset?: number): boolean;
};

/** Makes a reader of one byte order over the bytes. */
export function byteReader(bytes: Uint8Array, littleEndian: boolean): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const within = (offset: number, size: number): boolean => offset >= 0 && offset + size <= bytes.length;
  return {
    length: bytes.length,
    u8: (offset) => (within(offset, 1) ? view.getUint8(offset) : undefined),
    u16: (offset) => (within(offset, 2) ? view.getUint16(offset, littleEndian) : undefined),
    u32: (offset) => (within(offset, 4) ? view.getUint32(offset, littleEndian) : undefined),
    u64: (offset) => {
      const value = within(offset, 8) ? Number(view.getBigUint64(offset, littleEndian)) : undefined;
      return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
    },
    text: (offset, maxLength) => (within(offset, 1) ? asciiUntilNul(bytes.subarray(offset, offset + maxLength)) : undefined),
    startsWith: (prefix, offset = 0) => within(offset, prefix.length) && prefix.every((byte, index) => bytes[offset + index] === byte),
  };
}

function asciiUntilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return String.fromCharCode(...(end === -1 ? bytes : bytes.subarray(0, end)));
}
