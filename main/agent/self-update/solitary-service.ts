/**
 * What a service that is no supervised process has nothing to say or to do about: the agent itself. What it is worth is
 * judged otherwise, it speaks by no socket, runs beside no other version, and is stopped by whoever stops the agent.
 */
export abstract class SolitaryService {
  observe(): undefined {
    return undefined;
  }

  lateFailure(): undefined {
    return undefined;
  }

  wordsOf(): undefined {
    return undefined;
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  pause(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
