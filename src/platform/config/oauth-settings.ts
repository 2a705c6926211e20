import { tiers } from '../../core/principal'
import { settings } from '../../core/setting'
import { scopeMap, signatures, trustedUrl } from './kinds'

/** The authorization server outside, whose access tokens open this server. */
export const oauthSettings = {
  OAUTH_ISSUER: trustedUrl({
    default: undefined,
    example: 'https://auth.example.com/realms/main',
    description:
      'Authorization server whose access tokens are accepted, as its `iss` says; MCP clients are led to it. Needs PUBLIC_URL.',
  }),
  OAUTH_JWKS_URL: trustedUrl({
    default: undefined,
    defaultText: 'found by the issuer’s metadata (RFC 8414, OpenID Connect)',
    example: 'https://auth.example.com/realms/main/certs',
    description: 'Where OAUTH_ISSUER publishes its signing keys.',
  }),
  OAUTH_AUDIENCE: settings.list({
    default: [],
    defaultText: 'none',
    example: 'api://holdfast',
    description:
      'Further values of `aud` that count as this server, for issuers that do not put in the resource (RFC 8707). PUBLIC_URL and PUBLIC_URL/mcp always count.',
  }),
  OAUTH_ALGORITHMS: signatures({
    default: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    description: 'Signatures that are accepted; only asymmetric ones can be named.',
  }),
  OAUTH_OWNER_CLAIM: settings.text({
    default: 'sub',
    description:
      'Claim that says who the caller is. `email` (with `email_verified`) gives the owner that a subscription of this email has.',
  }),
  OAUTH_SCOPE_CLAIM: settings.text({
    default: undefined,
    defaultText: 'the first there is of scope, scp, permissions',
    description: 'Claim with the scopes, as a list or separated by blanks.',
  }),
  OAUTH_SCOPE_MAP: scopeMap({
    default: [],
    defaultText: 'names stay as they are',
    example: 'Journal.Read=journal:read,mcp.all=*',
    description:
      'The issuer’s scopes and what they mean here. `*` and `admin` are given this way alone. The first name for a scope is the one that clients are told to ask for.',
  }),
  OAUTH_SCOPES: settings.list({
    default: [],
    defaultText: 'every scope of the modules but admin',
    example: 'journal:read,journal:write',
    description: 'Scopes that clients are told to ask the issuer for.',
  }),
  OAUTH_DEFAULT_SCOPES: settings.list({
    default: [],
    defaultText: 'none',
    example: '*',
    description: 'Scopes of tokens without a claim for them, for issuers that know no scopes.',
  }),
  OAUTH_TIER_CLAIM: settings.text({
    default: undefined,
    example: 'tier',
    description: 'Claim with the tier. It must be one that users cannot write themselves.',
  }),
  OAUTH_DEFAULT_TIER: settings.choice(...tiers)({
    default: 'free',
    description: 'Tier of tokens that name none.',
  }),
  OAUTH_CLOCK_SKEW_SECONDS: settings.int(
    0,
    300,
  )({
    default: 30,
    description: 'How far the issuer’s clock may be from this one when a token’s times are judged.',
  }),
} as const
