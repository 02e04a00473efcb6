import { type Role, roles } from '@scapis/contracts';
import { isThisMachine } from '../config/this-machine.ts';

// The Keycloak realm of the lab, as one table: docker/realm.json (the demo's) and the realm of a
// real deployment are both made from it, and differ by what is added to the demo alone.

const ROLE_DESCRIPTIONS: Readonly<Record<Role, string>> = {
  applicant: 'Applies for access and works in projects',
  'lab-admin': 'Takes data in, decides on applications',
  reviewer: 'Votes on releases',
  pilot: 'Judges a model on held-out real images, inside',
  auditor: 'Reads everything, changes nothing',
  operator: 'Keeps the lab running',
};

/**
 * How surely a person is who they say: the value of `acr` in their tokens, weakest first. A client
 * asks for a level by `acr_values`, or always by its setting "Default ACR Values".
 */
const ACR_LEVELS = {
  password: { level: 1, maxAgeSeconds: 36_000 },
  'two-factor': { level: 2, maxAgeSeconds: 300 },
} as const;

/** `basic` says who a token is of, `roles` what they may do, `acr` how surely they signed in. */
const SCOPES = ['basic', 'acr', 'profile', 'email', 'roles', 'web-origins'];

interface Execution {
  requirement: 'REQUIRED' | 'ALTERNATIVE' | 'CONDITIONAL' | 'DISABLED';
  /** One of Keycloak's authenticators; in its place `flow`: a flow of this table. */
  authenticator?: string;
  flow?: string;
  config?: string;
}
interface Flow {
  description: string;
  isTopLevel?: boolean;
  /** A flow of a form is made of its fields. */
  form?: string;
  executions: readonly Execution[];
}

const levelOf = (acr: keyof typeof ACR_LEVELS): Execution => ({
  requirement: 'REQUIRED',
  authenticator: 'conditional-level-of-authentication',
  config: `acr ${acr}`,
});
const required = (authenticator: string): Execution => ({ requirement: 'REQUIRED', authenticator });

const [SIGN_IN, FORMS, PASSWORD, ASKED_FACTOR, OWN_FACTOR] = [
  'scapis browser',
  'scapis forms',
  'scapis password',
  'scapis second factor asked for',
  'scapis second factor of the person',
] as const;

/**
 * Keycloak's own flows know no levels. A realm that names flows must name each that it uses; those
 * for client secrets, forgotten passwords and other identity providers Keycloak adds by itself.
 */
const FLOWS: Readonly<Record<string, Flow>> = {
  [SIGN_IN]: {
    description: 'Sign-in of people, by levels',
    isTopLevel: true,
    executions: [
      { requirement: 'ALTERNATIVE', authenticator: 'auth-cookie' },
      { requirement: 'ALTERNATIVE', authenticator: 'identity-provider-redirector' },
      { requirement: 'ALTERNATIVE', flow: FORMS },
    ],
  },
  [FORMS]: {
    description: 'Password, and a second factor where one is asked for or set up',
    executions: [PASSWORD, ASKED_FACTOR, OWN_FACTOR].map((flow) => ({
      requirement: 'CONDITIONAL',
      flow,
    })),
  },
  [PASSWORD]: {
    description: 'Level password',
    executions: [levelOf('password'), required('auth-username-password-form')],
  },
  [ASKED_FACTOR]: {
    description: 'Level two-factor: who has no second factor yet sets one up',
    executions: [levelOf('two-factor'), required('auth-otp-form')],
  },
  [OWN_FACTOR]: {
    description: 'Who has a second factor always needs it, whatever level was asked for',
    executions: [
      { ...required('conditional-sub-flow-executed'), config: 'not asked for' },
      required('conditional-user-configured'),
      required('auth-otp-form'),
    ],
  },
  'direct grant': {
    description: 'Sign-in by password without a browser, for clients that are allowed it',
    isTopLevel: true,
    executions: [
      required('direct-grant-validate-username'),
      required('direct-grant-validate-password'),
    ],
  },
  registration: {
    description: 'Unused: nobody registers by themselves',
    isTopLevel: true,
    executions: [{ ...required('registration-page-form'), flow: 'registration form' }],
  },
  'registration form': {
    description: 'Its fields',
    form: 'form-flow',
    executions: [required('registration-user-creation'), required('registration-password-action')],
  },
};

const FLOW_SETTINGS = {
  ...Object.fromEntries(
    Object.entries(ACR_LEVELS).map(([acr, { level, maxAgeSeconds }]) => [
      `acr ${acr}`,
      { 'loa-condition-level': String(level), 'loa-max-age': String(maxAgeSeconds) },
    ]),
  ),
  'not asked for': { flow_to_check: ASKED_FACTOR, check_result: 'not-executed' },
};

/** What a realm file of the lab holds, demo or not. */
interface RealmParts {
  realm: string;
  clientId: string;
  /** Addresses of the lab, each without a path. */
  publicUrls: readonly string[];
}

function commonRealm({ realm, clientId, publicUrls }: RealmParts) {
  return {
    realm,
    displayName: 'SCAPIS computer lab',
    enabled: true,
    sslRequired: 'external',
    registrationAllowed: false,
    resetPasswordAllowed: false,
    internationalizationEnabled: true,
    supportedLocales: ['sv', 'en'],
    defaultLocale: 'sv',
    bruteForceProtected: true,
    failureFactor: 10,
    waitIncrementSeconds: 60,
    maxFailureWaitSeconds: 300,
    accessTokenLifespan: 300,
    ssoSessionIdleTimeout: 1800,
    ssoSessionMaxLifespan: 36_000,
    attributes: {
      'acr.loa.map': JSON.stringify(
        Object.fromEntries(Object.entries(ACR_LEVELS).map(([acr, { level }]) => [acr, level])),
      ),
    },
    browserFlow: SIGN_IN,
    directGrantFlow: 'direct grant',
    registrationFlow: 'registration',
    authenticationFlows: Object.entries(FLOWS).map(([alias, flow]) => toFlow(alias, flow)),
    authenticatorConfig: Object.entries(FLOW_SETTINGS).map(([alias, config]) => ({
      alias,
      config,
    })),
    roles: {
      realm: roles.map((name) => ({ name, description: ROLE_DESCRIPTIONS[name] })),
    },
    clients: [gatewayClient(clientId, publicUrls)],
  };
}

function toFlow(alias: string, { description, isTopLevel = false, form, executions }: Flow) {
  return {
    alias,
    description,
    providerId: form ?? 'basic-flow',
    topLevel: isTopLevel,
    builtIn: false,
    authenticationExecutions: executions.map(
      ({ requirement, authenticator, flow, config }, at) => ({
        ...(authenticator !== undefined && { authenticator }),
        ...(config !== undefined && { authenticatorConfig: config }),
        ...(flow !== undefined && { flowAlias: flow }),
        authenticatorFlow: flow !== undefined,
        requirement,
        priority: (at + 1) * 10,
        userSetupAllowed: false,
      }),
    ),
  };
}

function gatewayClient(clientId: string, publicUrls: readonly string[]) {
  return {
    clientId,
    name: 'SCAPIS computer lab',
    enabled: true,
    protocol: 'openid-connect',
    publicClient: false,
    standardFlowEnabled: true,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
    serviceAccountsEnabled: false,
    redirectUris: publicUrls.map((url) => `${url}/api/callback`),
    webOrigins: [...publicUrls],
    attributes: {
      'pkce.code.challenge.method': 'S256',
      'post.logout.redirect.uris': publicUrls.map((url) => `${url}/*`).join('##'),
    },
    ...scopesAndAudience(clientId),
  };
}

function scopesAndAudience(audience: string) {
  return {
    defaultClientScopes: SCOPES,
    optionalClientScopes: [],
    protocolMappers: [
      {
        name: 'audience of the gateway',
        protocol: 'openid-connect',
        protocolMapper: 'oidc-audience-mapper',
        config: {
          'included.client.audience': audience,
          'access.token.claim': 'true',
          'id.token.claim': 'false',
        },
      },
    ],
  };
}

/**
 * The realm of a real deployment, to be imported into Keycloak: without people, and without a
 * secret, which Keycloak makes when it imports the client.
 * @throws RealmError where PUBLIC_URL can't be that of a real lab
 */
export function renderRealm(settings: {
  PUBLIC_URL: string;
  KEYCLOAK_REALM: string;
  KEYCLOAK_CLIENT_ID: string;
}): string {
  return toText(
    commonRealm({
      realm: settings.KEYCLOAK_REALM,
      clientId: settings.KEYCLOAK_CLIENT_ID,
      publicUrls: [checkPublicUrl(settings.PUBLIC_URL)],
    }),
  );
}

/** Thrown with a sentence that says what to set. */
export class RealmError extends Error {
  override name = 'RealmError';
}

function checkPublicUrl(value: string): string {
  const { protocol, hostname, origin, href } = new URL(value);
  if (href !== `${origin}/`)
    throw new RealmError(
      'PUBLIC_URL must be an address without user, path or query, such as https://lab.example.org: the lab answers at the root of its name.',
    );
  if (protocol !== 'https:' && !isThisMachine(hostname))
    throw new RealmError(
      `PUBLIC_URL begins with http, so codes and cookies of "${hostname}" would cross the network unencrypted. Put a reverse proxy with TLS before the gateway and set PUBLIC_URL to its https address.`,
    );
  return origin;
}

/** Of the demo's client. Everybody can read it, so no real lab may have it. */
export const DEMO_CLIENT_SECRET = 'demo-only-change-me';

/** Where the demo is reached when its Keycloak is one in a container. */
const DEMO_URLS = ['http://localhost:3000', 'http://127.0.0.1:3000'];

const DEMO_PEOPLE: readonly [username: string, first: string, last: string, roles: Role[]][] = [
  ['astrid', 'Astrid', 'Lind', ['applicant']],
  ['bjorn', 'Björn', 'Ek', ['applicant']],
  ['cecilia', 'Cecilia', 'Holm', ['lab-admin', 'reviewer']],
  ['david', 'David', 'Nyman', ['lab-admin', 'reviewer']],
  ['erik', 'Erik', 'Sand', ['pilot']],
  ['frida', 'Frida', 'Berg', ['auditor']],
];

/** The realm with people whose passwords everybody knows: demonstration, development and tests. */
export function renderDemoRealm(): string {
  const common = commonRealm({
    realm: 'scapis',
    clientId: 'scapis-gateway',
    publicUrls: DEMO_URLS,
  });
  return toText({
    ...common,
    clients: [
      ...common.clients.map((client) => ({ ...client, secret: DEMO_CLIENT_SECRET })),
      {
        clientId: 'scapis-cli',
        name: 'Demo and tests',
        description:
          'Password sign-in for the demo people only; no part of the realm that npm run lab -- realm writes',
        enabled: true,
        protocol: 'openid-connect',
        publicClient: true,
        standardFlowEnabled: false,
        implicitFlowEnabled: false,
        directAccessGrantsEnabled: true,
        serviceAccountsEnabled: false,
        redirectUris: [],
        webOrigins: [],
        ...scopesAndAudience('scapis-gateway'),
      },
    ],
    users: DEMO_PEOPLE.map(([username, firstName, lastName, realmRoles], at) => ({
      id: `0192a000-0000-7000-8000-${String(at + 1).padStart(12, '0')}`,
      username,
      firstName,
      lastName,
      email: `${username}@scapis.example`,
      emailVerified: true,
      enabled: true,
      realmRoles,
      credentials: [{ type: 'password', value: `${username}-demo-2026`, temporary: false }],
    })),
  });
}

const toText = (realm: object): string => `${JSON.stringify(realm, null, 2)}\n`;
