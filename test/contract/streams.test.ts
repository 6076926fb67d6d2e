import { expect, it } from "vitest";
import { STREAMING_PROCEDURES } from "#shared/contract/streaming-procedures.ts";
import { listProcedures } from "./list-procedures.ts";

it("clients give no deadline to exactly those procedures that answer with a stream", () => {
  const streaming = listProcedures().filter(({ isStreaming }) => isStreaming);
  expect(streaming.map(({ name }) => name).sort()).toEqual([...STREAMING_PROCEDURES].sort());
});
