/** One event as the stream had it. */
export type StreamedEvent = { readonly id: string | undefined; readonly type: string; readonly data: string };

/** An event of a stream may be so long; a longer one is no event of an agent. */
const MAX_PENDING = 65_536;

/**
 * Takes a `text/event-stream` apart (HTML, section 9.2.6), as far as an agent writes it: `id`, `event` and one line of
 * `data` per event, comments to stay alive.
 */
export class EventLines {
  #pending = "";

  /**
   * The events that are whole by now.
   *
   * @throws RangeError when one does not end.
   */
  take(text: string): readonly StreamedEvent[] {
    const blocks = (this.#pending + text).split("\n\n");
    this.#pending = blocks.pop() ?? "";
    if (this.#pending.length > MAX_PENDING) throw new RangeError("an event that does not end");
    return blocks.flatMap((block) => {
      const fields = new Map(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]));
      const [type, data] = [fields.get("event"), fields.get("data")];
      return type === undefined || data === undefined ? [] : [{ id: fields.get("id"), type, data }];
    });
  }
}
