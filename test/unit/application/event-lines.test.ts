import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventLines } from "#main/application/event-lines.ts";

const WIRE = `id: b.0\nevent: open\ndata: {}\n\n: alive\n\nid: b.1\nevent: phase\ndata: {"phase":"staged"}\n\nid: b.2\nevent: reset\ndata: {}\n\n`;

describe("the lines of an event stream", () => {
  it("give the same events wherever the wire cut them", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(WIRE.length), { maxLength: 6 }), (cuts) => {
        const lines = new EventLines();
        const edges = [0, ...cuts.toSorted((left, right) => left - right), WIRE.length];
        const events = edges.slice(1).flatMap((edge, index) => lines.take(WIRE.slice(edges[index], edge)));
        expect(events).toEqual([
          { id: "b.0", type: "open", data: "{}" },
          { id: "b.1", type: "phase", data: '{"phase":"staged"}' },
          { id: "b.2", type: "reset", data: "{}" },
        ]);
      }),
    );
  });

  it("do not gather an event without end", () => {
    const lines = new EventLines();
    expect(() => Array.from({ length: 70 }, () => lines.take("x".repeat(1024)))).toThrow(RangeError);
  });
});
