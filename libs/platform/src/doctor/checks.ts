/** What the doctor looks at, one row a check: what is asked, and what to do where it is wrong. */
export interface CheckSpec {
  asks: string;
  advice: string;
}

export const doctorChecks = {
  'settings.form': {
    asks: 'Has each setting the form that its row in settings.md names?',
    advice: 'Mend the setting.',
  },
  'keys.form': {
    asks: 'Are MASTER_KEY and SESSION_SECRET random, and is the client secret another than that of the demo?',
    advice:
      'Make it anew: openssl rand -base64 32 (MASTER_KEY, before the first image), openssl rand -base64 48 (SESSION_SECRET), or in Keycloak on the page Credentials of the client.',
  },
  'node.version': {
    asks: 'Is it the Node that the lab is tested with?',
    advice: 'Run the lab by npm run lab or npm start, which bring it, or install that version.',
  },
  'compute.providers': {
    asks: 'Does ONNX Runtime compute a graph on each provider of COMPUTE_PROVIDERS?',
    advice: 'Repair it, or take it out of COMPUTE_PROVIDERS.',
  },
  'database.reached': {
    asks: 'Does Postgres answer, and let the user of DATABASE_URL in?',
    advice: 'See that the server runs, and that a firewall lets this host reach it.',
  },
  'database.version': {
    asks: 'Is it Postgres 16 or later?',
    advice: 'Move the database to Postgres 16 or later.',
  },
  'database.role': {
    asks: 'Is the user bound by row-level security?',
    advice:
      'DATABASE_URL must name scapis_app. As an administrator: ALTER ROLE scapis_app NOSUPERUSER NOBYPASSRLS NOCREATEROLE;',
  },
  'database.migrations': {
    asks: 'Has the database exactly the migrations of this version?',
    advice:
      'Run: node tools/migrate.ts, with the version of the lab that gateways and workers run.',
  },
  'database.rights': {
    asks: 'May the user do what the lab does, and no more; is row-level security on?',
    advice:
      'Run: node tools/migrate.ts as the owner of the database. It grants what is missing; what is too much must be revoked by hand.',
  },
  'database.session': {
    asks: 'Do sessions keep what the lab sets: zone UTC, dates in ISO form?',
    advice:
      'Something between lab and Postgres changes or drops SET. Use PgBouncer in transaction or session mode, and no other proxy.',
  },
  'database.clock': {
    asks: "Is this host's clock within 2 s of the server's?",
    advice: 'Let the clocks of all hosts follow NTP.',
  },
  'queue.reached': {
    asks: 'Does the queue answer?',
    advice: 'See that the server of REDIS_URL runs, and that its user and password are right.',
  },
  'queue.version': {
    asks: 'Is it Redis 6.2 or later, Valkey, or the newest tables of the queue in Postgres?',
    advice: 'Redis: install 6.2 or later. Postgres: run node tools/migrate.ts.',
  },
  'queue.rights': {
    asks: 'May the lab write there?',
    advice:
      'Redis: REDIS_URL must name the primary, and a user with write commands. Postgres: run node tools/migrate.ts as the owner.',
  },
  'queue.persistence': {
    asks: 'Does the queue outlive a restart?',
    advice: 'Set appendonly yes.',
  },
  'queue.eviction': {
    asks: 'Does it refuse writes rather than drop jobs when memory is short?',
    advice: 'Set maxmemory-policy noeviction. A Redis that others use as a cache will not do.',
  },
  'storage.writable': {
    asks: 'Can objects be written, renamed and removed?',
    advice: 'Give the user of the lab the folder and all in it (chown -R).',
  },
  'storage.space': {
    asks: 'Is there room for the next dataset?',
    advice: 'Free room, enlarge the disk, or remove what nothing names: npm run lab -- sweep.',
  },
  'identity.reached': {
    asks: 'Does the realm answer at KEYCLOAK_URL?',
    advice:
      "KEYCLOAK_URL is Keycloak's address up to but without /realms, as browsers and the gateway both reach it; KEYCLOAK_REALM the name of the realm.",
  },
  'identity.issuer': {
    asks: 'Is the name in tokens the name that browsers and gateway use?',
    advice:
      "Set KEYCLOAK_URL to the name in the issuer, or Keycloak's hostname to the name in KEYCLOAK_URL: tokens under another name are all refused.",
  },
  'identity.client': {
    asks: 'Does Keycloak know the gateway by its client and secret?',
    advice:
      'KEYCLOAK_CLIENT_ID and KEYCLOAK_CLIENT_SECRET must be those of a confidential client of the realm (page Credentials).',
  },
  'identity.redirect': {
    asks: 'Does Keycloak send people back to PUBLIC_URL?',
    advice:
      'Name PUBLIC_URL/api/callback among the redirect URIs of the client; npm run lab -- realm writes a client that has it.',
  },
  'identity.token': {
    asks: "Does a person's token say who they are, for this gateway (audience), with roles of the lab?",
    advice:
      'The client needs the mapper "audience of the gateway" and the scopes basic and roles; npm run lab -- realm writes a client that has them. Then take a new token.',
  },
  'identity.clock': {
    asks: "Is this host's clock within 5 s of Keycloak's?",
    advice: 'Let the clocks of all hosts follow NTP.',
  },
  'gateway.address': {
    asks: 'Is PUBLIC_URL https, or this machine?',
    advice:
      'Put a reverse proxy with TLS before the gateway and set PUBLIC_URL to its https address.',
  },
} as const satisfies Record<string, CheckSpec>;

export type CheckName = keyof typeof doctorChecks;

/** `unknown`: it could not be looked at; the advice says what that takes. */
export interface Finding {
  check: CheckName;
  state: 'ok' | 'wrong' | 'unknown';
  /** Never a secret. */
  saw: string;
  /** What to do; null where all is well. */
  advice: string | null;
}

export function ok(check: CheckName, saw: string): Finding {
  return { check, state: 'ok', saw, advice: null };
}

export function wrong(
  check: CheckName,
  saw: string,
  advice: string = doctorChecks[check].advice,
): Finding {
  return { check, state: 'wrong', saw, advice };
}

export function unknown(check: CheckName, saw: string, advice: string): Finding {
  return { check, state: 'unknown', saw, advice };
}

export function judge(check: CheckName, isOk: boolean, saw: string): Finding {
  return isOk ? ok(check, saw) : wrong(check, saw);
}

/** The table as a page for operators. */
export function renderDoctorPage(): string {
  const rows = Object.entries(doctorChecks).map(
    ([name, { asks, advice }]) => `| \`${name}\` | ${asks} | ${advice} |`,
  );
  return `# What the doctor looks at\n\nGenerated from libs/platform/src/doctor/checks.ts by \`npm run generate\`. Do not edit.\n\n\`npm run lab -- doctor\` asks all of it where the settings of the environment point to; what belongs to a setting that is\nnot set is left out.\n\n| Check | What it asks | Where it is wrong |\n|---|---|---|\n${rows.join('\n')}\n`;
}
