import "./app/schema-setup.ts";

// Why not a plain import: a bundle runs whatever it imports before its own first line, and schemas may be made only
// after the setup.
void import("./app/start.tsx");
