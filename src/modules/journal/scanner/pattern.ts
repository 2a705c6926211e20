import type { Category } from './finding'

/** What gives a secret away by its looks. Every expression is linear: a literal start, bounded middles. */
export const patterns: readonly { category: Category; pattern: RegExp }[] = [
  /** Coinbase names its keys by path; JSON may escape the slashes. */
  {
    category: 'api_key_path',
    pattern: /organizations(?:\\?\/|%2F)[\w-]{1,64}(?:\\?\/|%2F)apiKeys(?:\\?\/|%2F)[\w-]/i,
  },
  { category: 'pem_block', pattern: /--[ \t]{0,2}BEGIN[ _][A-Z0-9 _]{1,40}-/ },
  { category: 'pem_block', pattern: /BEGIN[ _](?:[A-Z0-9]{1,12}[ _]){0,3}PRIVATE[ _]KEY/ },
  { category: 'pem_block', pattern: /--[ \t]{0,2}begin[ _][a-z0-9 _]{0,30}private[ _]key/i },
  /** Base64 of `-----BEGIN`, and of the first bytes of EC, Ed25519 and RSA keys that lost their header. */
  { category: 'pem_block', pattern: /LS0tLS1CRUdJTi/ },
  { category: 'pem_block', pattern: /MH[cQ]CAQEEI|MI[GH][A-Za-z0-9+/]AgE[AB][BM]|MC4CAQAwBQYDK2V/ },
  { category: 'pem_block', pattern: /MII[A-Za-z0-9+/]{3}IBA[AD]/ },
  /** 32 or 64 bytes in hexadecimal. */
  { category: 'private_key', pattern: /(?<![0-9a-f])(?:[0-9a-f]{64}){1,2}(?![0-9a-f])/i },
  /** Extended and wallet-import-format private keys, in base58. */
  { category: 'private_key', pattern: /[xyztuv]prv[1-9A-HJ-NP-Za-km-z]{100}/ },
  {
    category: 'private_key',
    pattern: /(?<![A-Za-z0-9])(?:5[1-9A-HJ-NP-Za-km-z]{50}|[KL][1-9A-HJ-NP-Za-km-z]{51})(?![A-Za-z0-9])/,
  },
  /** The server's own: subscription keys, API keys under any prefix, ingest keys. */
  { category: 'server_key', pattern: /fm_sub_[A-Za-z0-9_-]/ },
  {
    category: 'server_key',
    pattern:
      /_(?:free|basic|solo|premium|team|enterprise)_[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}_[A-Za-z0-9_-]{8}/i,
  },
  {
    category: 'server_key',
    pattern: /mcp_metrics_(?=[A-Za-z0-9_-]{0,42}[A-Z0-9])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/,
  },
  { category: 'provider_key', pattern: /(?<![A-Za-z0-9])A(?:KIA|SIA)[A-Z0-9]{16}(?![A-Za-z0-9])/ },
  { category: 'provider_key', pattern: /gh[pousr]_[A-Za-z0-9]{30}|github_pat_[A-Za-z0-9_]{22}/ },
  { category: 'provider_key', pattern: /glpat-[\w-]{20}|npm_[A-Za-z0-9]{36}|sb_secret_[\w-]{16}/ },
  { category: 'provider_key', pattern: /xox[abeoprs]-[A-Za-z0-9-]{10}|xapp-\d-[A-Za-z0-9-]{10}/ },
  { category: 'provider_key', pattern: /hooks\.slack\.com\/services\/T\w{5,20}\/B\w{5,20}\/\w/ },
  {
    category: 'provider_key',
    pattern: /(?<![A-Za-z0-9])sk-(?=[A-Za-z_-]{0,200}\d)[A-Za-z0-9][\w-]{19}/,
  },
  { category: 'provider_key', pattern: /[rs]k_(?:live|test)_[A-Za-z0-9]{16}|whsec_[A-Za-z0-9]{24}/ },
  { category: 'provider_key', pattern: /AIza[\w-]{35}|(?<!\d)\d{8,10}:AA[\w-]{33}/ },
  /** A name that says secret, then something too random for a word: at least 20 characters with a digit. */
  {
    category: 'labelled_secret',
    pattern:
      /(?:api[ _-]?key|api[ _-]?secret|secret[ _-]?(?:access[ _-]?)?key|private[ _-]?key|client[ _-]?secret|access[ _-]?token|auth[ _-]?token|passphrase|password)["']?\s{0,3}[:=]\s{0,3}["']?(?=[A-Za-z+/_-]{0,200}\d)[A-Za-z0-9+/_-]{20}/i,
  },
]
