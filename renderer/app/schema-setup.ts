import { z } from "zod";

// Our content security policy allows no eval, which compiled schemas would need. This must run before any schema is made.
z.config({ jitless: true });
