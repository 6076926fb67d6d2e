/** Structured log lines; messages are constant text, facts go into `fields`. Never a secret. */
export type Logger = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** A logger that carries these fields in every line. */
  child(fields: object): Logger;
};
