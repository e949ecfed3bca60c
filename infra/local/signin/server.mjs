// The OpenID Connect issuer of the local cloud, in place of Cognito: authorization code with PKCE, no passwords. Anyone
// signs in as any person by entering an email address and a name. The settings come as JSON in KITH_SIGNIN; keys, people
// and sessions are stored in one folder.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import Provider, { errors, interactionPolicy } from 'oidc-provider';

import { errorDetails, root, sendPage, signInForm, signOutForm } from './pages.mjs';
import { Store } from './store.mjs';

const settings = JSON.parse(process.env.KITH_SIGNIN);
fs.mkdirSync(settings.state, { recursive: true, mode: 0o700 });
const file = (name) => path.join(settings.state, name);

function write(name, value) {
  fs.writeFileSync(`${file(name)}.new`, JSON.stringify(value), { mode: 0o600 });
  fs.renameSync(`${file(name)}.new`, file(name));
  return value;
}

function readOrCreate(name, create) {
  if (fs.existsSync(file(name))) {
    return JSON.parse(fs.readFileSync(file(name), 'utf8'));
  }
  return write(name, create());
}

const keys = readOrCreate('keys.json', () => {
  const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = crypto.randomBytes(12).toString('base64url');
  return {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] },
    cookies: [crypto.randomBytes(32).toString('base64url')],
  };
});

// People by subject. The subject is derived from the email, so that a person has the same subject on every machine.
const people = readOrCreate('people.json', () => ({}));

function subject(email) {
  const h = crypto.createHash('sha256').update(`${settings.issuer} ${email.replace(/[A-Z]/g, (c) => c.toLowerCase())}`).digest('hex');
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20, 32)}`;
}

// savePerson stores a person and returns the subject. A given subject stays the same while its email changes.
function savePerson({ email, name, sub, verified = true }) {
  const person = { sub: sub || subject(email), email, name, verified };
  if (JSON.stringify(people[person.sub]) !== JSON.stringify(person)) {
    people[person.sub] = person;
    write('people.json', people);
  }
  return person.sub;
}

for (const person of settings.people ?? []) {
  if (!people[person.sub || subject(person.email)]) {
    savePerson(person);
  }
}

const policy = interactionPolicy.base();
policy.remove('consent'); // the clients are first-party, as in Cognito

const day = 24 * 60 * 60;
const store = new Store(file('sessions.json'));

const provider = new Provider(settings.issuer, {
  adapter: store.adapter(),
  jwks: keys.jwks,
  cookies: { keys: keys.cookies, names: { session: 'kith_session', interaction: 'kith_interaction', resume: 'kith_resume' } },
  clients: settings.clients.map((c) => ({
    client_id: c.id,
    application_type: 'native', // loopback redirect addresses may have any port
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: c.redirects,
    post_logout_redirect_uris: c.logouts,
    require_auth_time: true,
    id_token_signed_response_alg: 'RS256',
  })),
  clientBasedCORS: () => true,
  conformIdTokenClaims: false,
  claims: { openid: ['sub', 'token_use', 'cognito:username'], email: ['email', 'email_verified'], profile: ['name'] },
  scopes: ['openid', 'email', 'profile', 'offline_access'],
  findAccount: (ctx, sub) => {
    const person = people[sub];
    return person && {
      accountId: sub,
      claims: () => ({
        sub, email: person.email, email_verified: person.verified, name: person.name, token_use: 'id', 'cognito:username': sub,
      }),
    };
  },
  extraTokenClaims: (ctx, token) => ({ token_use: 'access', username: token.accountId }),
  pkce: { required: () => true },
  issueRefreshToken: async () => true,
  rotateRefreshToken: (ctx) => settings.clients.find((c) => c.id === ctx.oidc.client.clientId).rotate,
  expiresWithSession: () => false,
  ttl: {
    AccessToken: 3600, IdToken: 3600, AuthorizationCode: 60, RefreshToken: 30 * day, Grant: 30 * day, Session: day, Interaction: 3600,
  },
  routes: {
    authorization: '/oauth2/authorize', token: '/oauth2/token', userinfo: '/oauth2/userInfo', revocation: '/oauth2/revoke',
    end_session: '/logout', jwks: '/.well-known/jwks.json',
  },
  interactions: { policy, url: (ctx, interaction) => `/sign-in/${interaction.uid}` },
  // Every requested scope is granted: those of the API and those of OpenID Connect.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid email profile offline_access');
    grant.addResourceScope(settings.resource, settings.scopes.join(' '));
    await grant.save();
    return grant;
  },
  features: {
    devInteractions: { enabled: false },
    revocation: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => sendPage(ctx, signOutForm(form)),
      postLogoutSuccessSource: (ctx) => sendPage(ctx, '<h1>Signed out</h1>'),
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => settings.resource,
      useGrantedResource: () => true,
      getResourceServerInfo: (ctx, resource, client) => {
        if (resource !== settings.resource) {
          throw new errors.InvalidTarget(`the only resource here is ${settings.resource}`);
        }
        return {
          scope: settings.scopes.join(' '),
          audience: client.clientId, // Cognito's access tokens have client_id only; this library requires an audience
          accessTokenTTL: 3600,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        };
      },
    },
  },
  renderError: (ctx, out) => sendPage(ctx, errorDetails(out)),
});

// Loopback addresses may have any port after signing out, too.
const isRegistered = provider.Client.prototype.postLogoutRedirectUriAllowed;
provider.Client.prototype.postLogoutRedirectUriAllowed = function anyPort(value) {
  const withoutPort = (u) => URL.canParse(u) && new URL(u).href.replace(/^(http:\/\/127\.0\.0\.1):\d+/, '$1');
  return isRegistered.call(this, value) || this.postLogoutRedirectUris.some((u) => withoutPort(u) === withoutPort(value));
};

provider.on('server_error', (ctx, err) => console.error(err.stack));
for (const event of ['authorization.error', 'grant.error']) {
  provider.on(event, (ctx, err) => console.log(`${event}: ${err.message}: ${err.error_description ?? ''}`));
}

async function body(ctx) {
  const chunks = [];
  for await (const chunk of ctx.req) {
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

// personFrom returns the subject that the form selects or describes, or an error message. Two fields that the page does
// not show are for tests: verified=false leaves the email unverified, sub keeps a subject while its email changes.
function personFrom(form) {
  const known = people[form.get('person')];
  if (known) {
    return { sub: known.sub };
  }
  const email = (form.get('email') ?? '').trim();
  const name = (form.get('name') ?? '').trim();
  if (!/^[^@\s]+@[^@\s]+$/.test(email)) {
    return { error: 'Enter an email address.' };
  }
  if (name === '') {
    return { error: 'Enter a name.' };
  }
  return { sub: savePerson({ email, name, sub: form.get('sub') || undefined, verified: form.get('verified') !== 'false' }) };
}

// An answer without content has no content type, which clients would refuse.
provider.use(async (ctx, next) => {
  await next();
  if (ctx.length === 0) {
    ctx.remove('Content-Type');
  }
});

provider.use(async (ctx, next) => {
  if (ctx.path === '/' && ctx.method === 'GET') {
    return sendPage(ctx, root([...new Set(settings.clients.flatMap((c) => c.logouts))]));
  }
  if (!ctx.path.startsWith('/sign-in/')) {
    return next();
  }
  const interaction = await provider.interactionDetails(ctx.req, ctx.res);
  let error = '';
  if (ctx.method === 'POST') {
    const person = personFrom(await body(ctx));
    if (person.sub) {
      const to = await provider.interactionResult(ctx.req, ctx.res, { login: { accountId: person.sub } });
      ctx.redirect(to);
      ctx.status = 303;
      return undefined;
    }
    error = person.error;
  }
  sendPage(ctx, signInForm(ctx.path, Object.values(people), interaction.params.login_hint, error));
  ctx.status = error ? 400 : 200;
  return undefined;
});

const server = provider.listen(settings.port, settings.host);
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    store.flush();
    server.close();
    server.closeAllConnections();
    process.exit(0);
  });
}
