import { settings, type Values } from '../../core/setting'

/** Settings of the code index. */
export const codeSettings = {
  KOTA_GIT_BASE_URL: settings.url(
    'https',
    'http',
  )({
    default: 'https://github.com',
    aliases: ['CODE_GIT_BASE_URL'],
    description: 'Where `owner/repo` is looked for.',
  }),
  CODE_ALLOW_PRIVATE_HOSTS: settings.bool({
    default: false,
    description:
      'Let repositories be fetched from private, loopback and link-local addresses, and over http. For servers whose callers are all trusted.',
  }),
  CODE_GIT_USERNAME: settings.text({
    default: 'x-access-token',
    description: 'User name that goes with CODE_GIT_TOKEN.',
  }),
  CODE_GIT_TOKEN: settings.text({
    default: undefined,
    secret: true,
    description:
      'Token for private repositories at KOTA_GIT_BASE_URL, given to git alone. It is used for keys that list the scope code:private, and for the local process.',
  }),
  CODE_SSH_KEY: settings.text({
    default: undefined,
    description:
      'Path of a private key for ssh URLs, used for keys that list the scope code:private. Without it ssh URLs are refused.',
  }),
  CODE_MAX_FILE_SIZE: settings.size({
    default: 1024 ** 2,
    defaultText: '1MB',
    description: 'Larger files are listed as skipped.',
  }),
  CODE_MAX_FILES: settings.int(
    1,
    1_000_000,
  )({
    default: 100_000,
    description: 'Files of one repository that are indexed; the others are listed as skipped.',
  }),
  CODE_MAX_REPOSITORY_SIZE: settings.size({
    default: 2 * 1024 ** 3,
    defaultText: '2GB',
    description: 'Packed size that a fetch may reach; beyond it the job fails.',
  }),
  CODE_MAX_REPOSITORIES: settings.int(
    1,
    1_000_000,
  )({
    default: 1000,
    description: 'Repositories that one owner may have.',
  }),
  CODE_FETCH_TIMEOUT_SECONDS: settings.int(
    1,
    86_400,
  )({
    default: 900,
    description: 'A fetch that takes longer is ended.',
  }),
  CODE_POLL_SECONDS: settings.int(
    0,
    86_400 * 30,
  )({
    default: 0,
    description:
      'How often the remotes are asked for new commits; 0 leaves that to webhooks and requests. At least 60 otherwise.',
  }),
  CODE_WATCH: settings.bool({
    default: true,
    description: 'Local folders are watched, and changes indexed as they happen.',
  }),
  GITHUB_WEBHOOK_SECRET: settings.text({
    default: undefined,
    secret: true,
    description: 'Secret of the webhook that GitHub sends to /webhooks/github.',
  }),
  GITLAB_WEBHOOK_TOKEN: settings.text({
    default: undefined,
    secret: true,
    description: 'Secret token of the webhook that GitLab sends to /webhooks/gitlab.',
  }),
  CODE_WEBHOOK_SECRET: settings.text({
    default: undefined,
    secret: true,
    description: 'Key of the HMAC-SHA256 that signs pushes sent to /webhooks/git.',
  }),
} as const

export type CodeSettings = Values<typeof codeSettings>
