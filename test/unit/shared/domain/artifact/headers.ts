/** Tiny hand-made headers of the kinds of file that intake knows. */

export const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** An ELF header with at most one program header (PT_INTERP). */
export function elfHeader(options: {
  machine: number;
  bits?: 32 | 64;
  order?: "little" | "big";
  interpreter?: string;
  type?: number;
}): Uint8Array {
  const bits = options.bits ?? 64;
  const little = (options.order ?? "little") === "little";
  const bytes = new Uint8Array(512);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, bits === 64 ? 2 : 1, little ? 1 : 2, 1, 0]);
  view.setUint16(16, options.type ?? 2, little);
  view.setUint16(18, options.machine, little);
  if (options.interpreter === undefined) return bytes;
  bytes.set(text(options.interpreter), 256);
  if (bits === 64) {
    view.setBigUint64(32, 64n, little);
    view.setUint16(54, 56, little);
    view.setUint16(56, 1, little);
    view.setUint32(64, 3, little);
    view.setBigUint64(72, 256n, little);
    return bytes;
  }
  view.setUint32(28, 52, little);
  view.setUint16(42, 32, little);
  view.setUint16(44, 1, little);
  view.setUint32(52, 3, little);
  view.setUint32(56, 256, little);
  return bytes;
}

export function thinMachO(cpuType: number, little = true): Uint8Array {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xfeedfacf, little);
  view.setUint32(4, cpuType, little);
  return bytes;
}

export function fatMachO(cpuTypes: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8 + cpuTypes.length * 20);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xcafebabe);
  view.setUint32(4, cpuTypes.length);
  for (const [index, cpuType] of cpuTypes.entries()) view.setUint32(8 + index * 20, cpuType);
  return bytes;
}

export function peHeader(machine: number, characteristics = 0): Uint8Array {
  const bytes = new Uint8Array(160);
  const view = new DataView(bytes.buffer);
  bytes.set([0x4d, 0x5a]);
  view.setUint32(0x3c, 128, true);
  bytes.set([0x50, 0x45, 0, 0], 128);
  view.setUint16(132, machine, true);
  view.setUint16(150, characteristics, true);
  return bytes;
}
