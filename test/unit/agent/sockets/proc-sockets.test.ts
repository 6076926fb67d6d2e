import { describe, expect, it } from "vitest";
import { parseTcpTable, parseUnixTable } from "#main/agent/sockets/proc-sockets.ts";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const line = (local: string, state: string, inode: number): string =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000000000000000 100 0 0 10 0`;

describe("the kernel's tables of sockets", () => {
  it("name those that listen, as people write addresses", () => {
    const text = [HEAD, line("0100007F:1F90", "0A", 11), line("00000000:0050", "0A", 12), line("0100007F:1F90", "01", 13), ""].join("\n");
    expect(parseTcpTable(text)).toEqual([
      { key: "127.0.0.1:8080", inode: "11" },
      { key: "0.0.0.0:80", inode: "12" },
    ]);
  });

  it("have IPv6 in words of four bytes", () => {
    const text = [line("00000000000000000000000001000000:1F90", "0A", 21), line(`${"0".repeat(32)}:0050`, "0A", 22)].join("\n");
    expect(parseTcpTable(text)).toEqual([
      { key: "[::1]:8080", inode: "21" },
      { key: "[::]:80", inode: "22" },
    ]);
  });

  it("know sockets of the file system by their paths, and leave out those without one", () => {
    const text = [
      "Num       RefCount Protocol Flags    Type St Inode Path",
      "0000000000000000: 00000002 00000000 00010000 0001 01 31 /run/app.sock",
      "0000000000000000: 00000002 00000000 00010000 0001 01 32 @abstract",
      "0000000000000000: 00000003 00000000 00000000 0001 03 33",
    ].join("\n");
    expect(parseUnixTable(text)).toEqual([{ key: "/run/app.sock", inode: "31" }]);
  });
});
