/** The few globals that every environment of ours has. `shared` is compiled without DOM and without Node. */
declare function btoa(data: string): string;
declare function atob(data: string): string;
declare class TextEncoder {
  encode(input?: string): Uint8Array;
}
