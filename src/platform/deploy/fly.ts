import { fill, type Target } from './artifact'
import sqlite from './templates/fly/fly.toml.mustache' with { type: 'text' }
import postgres from './templates/fly/postgres.toml.mustache' with { type: 'text' }

/** Fly.io: SQLite on a volume, or Postgres without one. */
export const fly: Target = {
  name: 'fly',
  summary: 'fly.toml: SQLite on a volume, or Postgres where DATABASE_URL is set',
  artifacts: (installation) =>
    fill({ 'fly.toml': installation.database === 'sqlite' ? sqlite : postgres }, installation, {
      dockerfile: 'Dockerfile',
    }),
  next: ({ secrets, database }, folder) => [
    ...(folder === '.' ? [] : [`cd ${folder}`]),
    'fly launch --copy-config --no-deploy',
    ...(secrets.length > 0
      ? [`fly secrets set --stage ${secrets.map((name) => `${name}=…`).join(' ')}`]
      : []),
    database === 'sqlite' ? 'fly deploy --ha=false' : 'fly deploy',
  ],
}

/** The project's own `deploy/fly/postgres.toml`, whose Dockerfile is two folders up. */
export const flyPostgres: Pick<Target, 'artifacts'> = {
  artifacts: (installation) =>
    fill({ 'postgres.toml': postgres }, installation, { dockerfile: '../../Dockerfile' }),
}
