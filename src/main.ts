import { run } from './cli/run'
import { flushOutput, processTerminal } from './cli/terminal'

// No top-level await: bytecode is made of CommonJS, which has none.
void run(process.argv.slice(2), processTerminal()).then(flushOutput).then(process.exit)
