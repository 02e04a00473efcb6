import type { MessageRow } from './message.ts';

/** Everything that the sign-in page of the built-in identity provider says. */
export const loginMessages = {
  login_title: { en: 'Sign in', sv: 'Logga in' },
  login_lab: { en: 'SCAPIS computer lab', sv: 'SCAPIS datorlabb' },
  login_username: { en: 'Username', sv: 'Användarnamn' },
  login_password: { en: 'Password', sv: 'Lösenord' },
  login_submit: { en: 'Sign in', sv: 'Logga in' },
  login_wrong: { en: 'Wrong username or password.', sv: 'Fel användarnamn eller lösenord.' },
  login_locked: {
    en: 'Too many attempts. Wait a few minutes and try again.',
    sv: 'För många försök. Vänta några minuter och försök igen.',
  },
  login_gone: {
    en: 'Signing in took too long. Go back to the lab and sign in again.',
    sv: 'Inloggningen har tagit för lång tid. Gå tillbaka till labbet och logga in igen.',
  },
  login_demo: { en: 'Demo people', sv: 'Demopersoner' },
  login_demo_note: {
    en: "The built-in identity provider is for demonstration and tests. Real operation uses the organisation's Keycloak.",
    sv: 'Den inbyggda identitetstjänsten är till för demonstration och test. Den riktiga driften använder organisationens Keycloak.',
  },
  login_roles: { en: 'Roles', sv: 'Roller' },
  login_other_language: { en: 'På svenska', sv: 'In English' },
  login_signed_out: { en: 'You are signed out.', sv: 'Du är utloggad.' },
  login_error: {
    en: 'Signing in could not go on.',
    sv: 'Inloggningen kunde inte fortsätta.',
  },
} as const satisfies Record<string, MessageRow>;
