/** What decides whether a subscription is held back from its channel. */
export type HeldBackFacts = {
  readonly following: boolean;
  /** Undefined when the subscription has no channel: then nothing holds it back. */
  readonly channelName: string | undefined;
  readonly channelVersion: string | undefined;
  readonly targetVersion: string | undefined;
};

/**
 * The sentence on a subscription that left its channel, such as "held back at 1.4.2; stable is at 1.5.0", or undefined
 * while it follows one or has none.
 */
export function heldBackText(facts: HeldBackFacts): string | undefined {
  if (facts.following || facts.channelName === undefined) return undefined;
  const here = facts.targetVersion === undefined ? "held back with no release" : `held back at ${facts.targetVersion}`;
  if (facts.channelVersion === undefined) return `${here}; ${facts.channelName} points nowhere`;
  if (facts.channelVersion === facts.targetVersion) return `${here}, where ${facts.channelName} is too`;
  return `${here}; ${facts.channelName} is at ${facts.channelVersion}`;
}
