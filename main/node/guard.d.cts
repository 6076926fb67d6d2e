/** Side effect only: ends the process with exit code 78 and one sentence when this Node is too old. */
export {};
