import type { Config } from '../config/settings'

/** The settings that say whose tokens are accepted, and as what. */
export type OAuthConfig = Pick<
  Config,
  'PUBLIC_URL' | 'IDENTITY_NAMESPACE' | Extract<keyof Config, `OAUTH_${string}`>
>
