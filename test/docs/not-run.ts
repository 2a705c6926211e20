/** Blocks of commands that no bare machine can run, by file and what their first line begins with, and why not. */
export const notRun: Record<string, string> = {
  'README.md: npx -y bun@1.4.5 run start': 'the tests themselves; .ci/run does it',
  'README.md: holdfast code index ~': 'needs a repository there; test/code/terminal makes one',
  'README.md: npx -y bun@1.4.5 run build': '.ci/run builds and tests the binary',
  'README.md: export DATABASE_URL=': 'needs a Postgres of its own; test/cli/doctor.test.ts goes the same way',
  'README.md: bun run dev': 'what developers and .ci/run run',
  'docs/auth.md: export PUBLIC_URL=': 'needs an authorization server; test/mcp/auth.test.ts has one',
  'docs/auth.md: curl -s https://mcp.example.com/.well-known': 'needs an authorization server',
  'docs/code.md: curl -X POST http://localhost:8890/api/v1/code/index': 'fetches a repository from GitHub',
  'docs/deploy.md: sudo apt-get install':
    'needs a released package and a booted systemd; test/release and test/deploy check both by their tools',
  'docs/deploy.md: holdfast init fly': 'needs an account at Fly.io',
  'docs/deploy.md: fly ': 'needs an account at Fly.io',
  'docs/deploy.md: docker ': 'needs a container engine; test/deploy/image.test.ts rehearses it without',
  'docs/deploy.md: bun run release': 'takes minutes; test/release builds one platform',
  'docs/journal.md: curl -s "${auth[@]}" $HOLDFAST_URL/api/v1/journal/portfolio':
    'needs an account at Coinbase',
  'docs/metrics.md: export OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=':
    'settings of somebody’s own program; test/metrics/otlp runs the real exporters',
  'docs/operations.md: holdfast backup restore --at':
    'needs Litestream; test/backup/point-in-time.test.ts has a stand-in',
  'docs/moving.md: holdfast export': 'needs a second database; test/transfer moves between both',
  'docs/moving.md: holdfast upgrade': 'needs a published release; test/upgrade makes some',
}
