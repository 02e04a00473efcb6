import { createClient } from '@scapis/client';

/** The page's only way to the lab: same origin, session cookie. */
export const client = createClient({ baseUrl: window.location.origin });
