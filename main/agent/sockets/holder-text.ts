/**
 * The whole program of the holder, which the agent's bundle carries within itself, so that one file is all that an update
 * brings (`main/build/embed-holder.ts` puts it here). Undefined for an agent that runs from its sources.
 */
export const HOLDER_TEXT: string | undefined = undefined;
