// A command as a user that the data does not belong to: everything is loaded before root's rights are given up.
const { run } = await import('../../src/cli/run')
const { processTerminal } = await import('../../src/cli/terminal')
process.setgroups!([])
process.setgid!(65534)
process.setuid!(65534)
process.exit(await run(process.argv.slice(2), processTerminal()))

export {}
