import { fill, type Target } from './artifact'
import composeFile from './templates/compose/compose.yaml.mustache' with { type: 'text' }
import postgresPods from './templates/kubernetes/postgres.yaml.mustache' with { type: 'text' }
import sqlitePod from './templates/kubernetes/sqlite.yaml.mustache' with { type: 'text' }
import blueprint from './templates/render/render.yaml.mustache' with { type: 'text' }

const image = (version: string) => `docker build -t holdfast:${version} .      (in the project’s folder)`

/** Docker Compose with further services by profile. */
export const compose: Target = {
  name: 'compose',
  summary: 'compose.yaml with profiles for Postgres, Redis, Prometheus and Grafana',
  artifacts: (installation) => fill({ 'compose.yaml': composeFile }, installation),
  next: ({ version }, folder) => [
    image(version),
    `docker compose --project-directory ${folder} up -d --wait`,
    `docker compose --project-directory ${folder} logs holdfast      (the first key is there)`,
  ],
}

/** Kubernetes: one pod with a volume for SQLite, any number for Postgres. */
export const kubernetes: Target = {
  name: 'kubernetes',
  summary:
    'a StatefulSet with SQLite, or a scaled Deployment where DATABASE_URL is set, with a Gateway route',
  artifacts: (installation) =>
    fill(
      installation.database === 'sqlite' ? { 'sqlite.yaml': sqlitePod } : { 'postgres.yaml': postgresPods },
      installation,
    ),
  next: ({ version, secrets, database }, folder) => [
    image(version),
    ...(secrets.length > 0
      ? [`kubectl create secret generic holdfast${secrets.map((name) => ` --from-file=${name}`).join('')}`]
      : []),
    `kubectl apply -f ${folder}/${database}.yaml`,
    `kubectl rollout status ${database === 'sqlite' ? 'statefulset' : 'deployment'}/holdfast`,
  ],
}

/** A Render blueprint. */
export const render: Target = {
  name: 'render',
  summary: 'render.yaml: SQLite on a disk, or Postgres where DATABASE_URL is set',
  artifacts: (installation) =>
    fill({ 'render.yaml': blueprint }, installation, {
      renderUrl: installation.publicUrl ?? 'https://holdfast.onrender.com',
    }),
  next: (_, folder) => [
    `git add ${folder}/render.yaml && git commit -m 'Add the blueprint' && git push`,
    'https://dashboard.render.com/blueprints → New Blueprint Instance',
  ],
}
