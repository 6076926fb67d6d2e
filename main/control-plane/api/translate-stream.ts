/**
 * A stream whose failures are translated as those of a single answer are. Without it whatever ends a stream on its way
 * would reach people as "Internal server error", and no log.
 */
export function translateStream(output: unknown, translate: (thrown: unknown) => unknown): unknown {
  return isStream(output) ? translated(output, translate) : output;
}

const isStream = (output: unknown): output is AsyncIterable<unknown> =>
  typeof output === "object" && output !== null && Symbol.asyncIterator in output;

async function* translated(stream: AsyncIterable<unknown>, translate: (thrown: unknown) => unknown): AsyncGenerator<unknown> {
  try {
    yield* stream;
  } catch (thrown) {
    throw translate(thrown);
  }
}
