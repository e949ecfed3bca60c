// Signs people in for the local cloud, in place of Cognito: OpenID Connect with code and PKCE. Whoever types an e-mail and
// a name is that person. It gets its settings as JSON in KITH_SIGNIN and keeps keys, people and sessions in one folder.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import Provider, { errors, interactionPolicy } from 'oidc-provider';

import { page, choose, goodbye, failure } from './pages.mjs';
import { Store } from './store.mjs';

const settings = JSON.parse(process.env.KITH_SIGNIN);
fs.mkdirSync(settings.state, { recursive: true, mode: 0o700 });
const file = (name) => path.join(settings.state, name);

function keep(name, value) {
  fs.writeFileSync(`${file(name)}.new`, JSON.stringify(value), { mode: 0o600 });
  fs.renameSync(`${file(name)}.new`, file(name));
  return value;
}

function kept(name, make) {
  if (fs.existsSync(file(name))) {
    return JSON.parse(fs.readFileSync(file(name), 'utf8'));
  }
  return keep(name, make());
}

const keys = kept('keys.json', () => {
  const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = crypto.randomBytes(12).toString('base64url');
  return {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] },
    cookies: [crypto.randomBytes(32).toString('base64url')],
  };
});

// People by subject. The subject follows from the e-mail, so the same person is the same on every machine.
const people = kept('people.json', () => ({}));

function subject(email) {
  const h = crypto.createHash('sha256').update(`${settings.issuer} ${email.toLowerCase()}`).digest('hex');
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20, 32)}`;
}

// note remembers a person. A subject that is given stays the same while its e-mail changes.
function note({ email, name, sub, verified = true }) {
  const person = { sub: sub || subject(email), email, name, verified };
  if (JSON.stringify(people[person.sub]) !== JSON.stringify(person)) {
    people[person.sub] = person;
    keep('people.json', people);
  }
  return person.sub;
}

for (const person of settings.people ?? []) {
  if (!people[person.sub || subject(person.email)]) {
    note(person);
  }
}

const policy = interactionPolicy.base();
policy.remove('consent'); // the clients are our own, as in Cognito

const day = 24 * 60 * 60;
const store = new Store(file('sessions.json'));

const provider = new Provider(settings.issuer, {
  adapter: store.adapter(),
  jwks: keys.jwks,
  cookies: { keys: keys.cookies, names: { session: 'kith_session', interaction: 'kith_interaction', resume: 'kith_resume' } },
  clients: settings.clients.map((c) => ({
    client_id: c.id,
    application_type: 'native', // whose loopback addresses may have any port
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
  rotateRefreshToken: false,
  expiresWithSession: () => false,
  ttl: {
    AccessToken: 3600, IdToken: 3600, AuthorizationCode: 60, RefreshToken: 30 * day, Grant: 30 * day, Session: day, Interaction: 3600,
  },
  routes: {
    authorization: '/oauth2/authorize', token: '/oauth2/token', userinfo: '/oauth2/userInfo', revocation: '/oauth2/revoke',
    end_session: '/logout', jwks: '/.well-known/jwks.json',
  },
  interactions: { policy, url: (ctx, interaction) => `/sign-in/${interaction.uid}` },
  // Everything that is asked for is granted: scopes of the API and of OpenID Connect alike.
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
      logoutSource: (ctx, form) => page(ctx, goodbye(form)),
      postLogoutSuccessSource: (ctx) => page(ctx, '<h1>Signed out</h1>'),
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
          audience: client.clientId, // Cognito's name only the client; this library's must name an audience
          accessTokenTTL: 3600,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        };
      },
    },
  },
  renderError: (ctx, out) => page(ctx, failure(out)),
});

// A loopback address may have any port after signing out too.
const allowed = provider.Client.prototype.postLogoutRedirectUriAllowed;
provider.Client.prototype.postLogoutRedirectUriAllowed = function any(value) {
  const plain = (u) => URL.canParse(u) && new URL(u).href.replace(/^(http:\/\/127\.0\.0\.1):\d+/, '$1');
  return allowed.call(this, value) || this.postLogoutRedirectUris.some((u) => plain(u) === plain(value));
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

// chosen is who the form says, or a message to the one who filled it in.
function chosen(form) {
  const known = people[form.get('person')];
  if (known) {
    return { sub: known.sub };
  }
  const email = (form.get('email') ?? '').trim();
  const name = (form.get('name') ?? '').trim();
  if (!/^[^@\s]+@[^@\s]+$/.test(email)) {
    return { message: 'Type an e-mail address.' };
  }
  if (name === '') {
    return { message: 'Type a name.' };
  }
  return { sub: note({ email, name, sub: form.get('sub') || undefined, verified: form.get('verified') !== 'false' }) };
}

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/sign-in/')) {
    return next();
  }
  const interaction = await provider.interactionDetails(ctx.req, ctx.res);
  let message = '';
  if (ctx.method === 'POST') {
    const who = chosen(await body(ctx));
    if (who.sub) {
      const to = await provider.interactionResult(ctx.req, ctx.res, { login: { accountId: who.sub } });
      ctx.status = 303;
      ctx.redirect(to);
      ctx.status = 303;
      return undefined;
    }
    message = who.message;
  }
  page(ctx, choose(ctx.path, Object.values(people), interaction.params.login_hint, message));
  ctx.status = message ? 400 : 200;
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
