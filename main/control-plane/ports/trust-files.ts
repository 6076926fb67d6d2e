/**
 * The files of the TUF repository by their plain names (`1.root.json`, `timestamp.json`). A resolved write is durable
 * and atomic, and writes take effect in the order in which they are awaited: that order is what keeps a killed
 * publication invisible (TUF specification, section 5: clients start at the timestamp, which is written last).
 */
export type TrustFiles = {
  read(name: string): Promise<Uint8Array | undefined>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  list(): Promise<readonly string[]>;
};
