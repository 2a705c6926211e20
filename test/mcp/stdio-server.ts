import { serveStdio } from '../../src/platform/mcp/stdio'
import { createParts, people } from './kit'

/** What `holdfast stdio` does, on the fixtures. */
const { parts, release } = await createParts()
await serveStdio(parts, { principal: people.all! })
await release()
