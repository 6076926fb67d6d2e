/**
 * Ends a `switch` over a union. The compiler refuses the call when a member is not handled, so adding a state breaks
 * the build at every place that has to decide about it.
 *
 * @throws TypeError when untyped data slipped past its schema; that is a bug of ours, never a user's mistake.
 */
export function assertNever(value: never): never {
  throw new TypeError(`unreachable value: ${JSON.stringify(value)}`);
}
