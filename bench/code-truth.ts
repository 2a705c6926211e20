import { compareWithTruth } from './truth/compare'

/** Usages of the code index beside those that a language's own tool has printed: see bench/truth/README.md. */
const [language = '', folder = '', file = ''] = process.argv.slice(2)
for (const line of await compareWithTruth(language, folder, await Bun.file(file).text())) console.log(line)
