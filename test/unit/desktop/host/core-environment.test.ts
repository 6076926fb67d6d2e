import { describe, expect, it } from "vitest";
import { coreEnvironment } from "#main/desktop/host/core-environment.ts";

describe("the environment of the control plane's process", () => {
  it("keeps what describes the person and the network", () => {
    const kept = { HOME: "/home/ana", PATH: "/usr/bin", LANG: "de_DE.UTF-8", HTTPS_PROXY: "http://proxy:3128", XDG_DATA_HOME: "/d" };
    expect(coreEnvironment({ ...kept, EMPTY: undefined })).toEqual(kept);
  });

  it("drops what could change the code that runs beside the signing keys", () => {
    const dropped = [
      "NODE_OPTIONS",
      "NODE_PATH",
      "ELECTRON_RUN_AS_NODE",
      "npm_config_userconfig",
      "LD_PRELOAD",
      "LD_LIBRARY_PATH",
      "DYLD_INSERT_LIBRARIES",
    ];
    expect(coreEnvironment(Object.fromEntries(dropped.map((name) => [name, "x"])))).toEqual({});
  });
});
