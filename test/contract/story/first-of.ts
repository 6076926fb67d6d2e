/** The first piece of a stream, which is closed again. */
export async function firstOf<T>(opening: Promise<AsyncGenerator<T>>): Promise<T> {
  const stream = await opening;
  const first = await stream.next();
  await stream.return(undefined);
  if (first.done === true) throw new Error("The stream was empty.");
  return first.value;
}
