import { run } from './cli/run'
import { processTerminal } from './cli/terminal'

process.exit(await run(process.argv.slice(2), processTerminal()))
