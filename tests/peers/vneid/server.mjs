// A provider that behaves as VNeID would over OpenID Connect, and misbehaves when told to.
// VNeID's real claims are not public: the claim names come from the test that starts this.
//   node server.mjs '{"clientId":"…","clientSecret":"…","redirectUri":"…","accounts":{"sub":{claims}}}'
// Prints its port. POST /_peer {"mode":"slow","account":"sub"} changes what it does next.
import { createServer } from 'node:http';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

const wanted = JSON.parse(process.argv[2]);
const state = { mode: 'good', account: Object.keys(wanted.accounts)[0] };
const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
const stranger = await generateKeyPair('RS256', { extractable: true });
const key = { ...(await exportJWK(privateKey)), kid: 'vneid-peer', alg: 'RS256', use: 'sig' };
const claimNames = [...new Set(Object.values(wanted.accounts).flatMap(Object.keys))];

const server = createServer();
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: wanted.clientId, client_secret: wanted.clientSecret,
    redirect_uris: [wanted.redirectUri], token_endpoint_auth_method: 'client_secret_post',
  }],
  jwks: { keys: [key] },
  claims: { openid: ['sub'], profile: claimNames },
  pkce: { required: () => true },
  cookies: { keys: ['peer'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...wanted.accounts[id] }) }),
});

// The holder confirms on their telephone at once: no page to click through.
async function confirm(request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (state.mode === 'cancelled') {
    return provider.interactionFinished(request, response, { error: 'access_denied' });
  }
  if (prompt.name === 'login') {
    return provider.interactionFinished(request, response, { login: { accountId: state.account } });
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

// An id token that is wrong in one way.
async function forged(idToken) {
  const said = JSON.parse(Buffer.from(idToken.split('.')[1], 'base64url'));
  const now = Math.floor(Date.now() / 1000);
  const changes = {
    'wrong-nonce': { nonce: 'another' }, 'wrong-audience': { aud: 'another-client' },
    'wrong-issuer': { iss: 'https://another.example' }, expired: { iat: now - 900, exp: now - 600 }, stranger: {},
  }[state.mode];
  if (state.mode === 'unsigned') {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'none', kid: 'vneid-peer' })}.${part(said)}.`;
  }
  if (!changes) return idToken;
  const signer = state.mode === 'stranger' ? stranger.privateKey : privateKey;
  return new SignJWT({ ...said, ...changes }).setProtectedHeader({ alg: 'RS256', kid: 'vneid-peer' }).sign(signer);
}

provider.use(async (ctx, next) => {
  await next();
  if (ctx.path === '/token' && ctx.body?.id_token) ctx.body.id_token = await forged(ctx.body.id_token);
  if (ctx.path === '/me' && state.mode === 'wrong-shape') ctx.body = [{ sub: 1 }];
  if (ctx.path === '/me' && state.mode === 'no-number') ctx.body = { sub: ctx.body.sub, name: 'A' };
  if (ctx.path === '/me' && state.mode === 'somebody-else') ctx.body = { ...ctx.body, sub: 'somebody-else' };
});
const answer = provider.callback();

async function control(request, response) {
  let text = '';
  for await (const piece of request) text += piece;
  Object.assign(state, JSON.parse(text));
  response.end('{}');
}

server.on('request', async (request, response) => {
  try {
    if (request.url === '/_peer') return await control(request, response);
    if (state.mode === 'unavailable') return response.writeHead(503).end('bận');
    if (request.url.startsWith('/interaction/')) return await confirm(request, response);
    const back = ['/token', '/me'].includes(new URL(request.url, issuer).pathname);
    if (back && state.mode === 'slow') await new Promise((later) => setTimeout(later, 5000));
    if (back && state.mode === 'half-answer') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
      response.write('{"access_token": "nửa');
      return setTimeout(() => request.socket.destroy(), 50);
    }
    if (state.mode === 'misshapen-configuration' && request.url.startsWith('/.well-known/')) {
      return response.writeHead(200, { 'content-type': 'application/json' }).end('["issuer"]');
    }
    return answer(request, response);
  } catch (fault) {
    response.writeHead(500).end(String(fault));
  }
});
console.log(server.address().port);
