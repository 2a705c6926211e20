import { parseArgs } from 'node:util'

/** Compiles the server into one file: `bun run build [--target bun-linux-arm64] [--outfile dist/holdfast]`. */
const { values } = parseArgs({
  options: {
    target: { type: 'string' },
    outfile: { type: 'string', default: 'dist/holdfast' },
  },
})

const started = performance.now()
await Bun.build({
  // Threads are programs of their own inside of the file.
  entrypoints: ['main', 'threads/metrics', 'threads/code', 'modules/code/parsing/worker'].map(
    (entry) => `${import.meta.dir}/${entry}.ts`,
  ),
  compile: {
    outfile: values.outfile,
    ...(values.target ? { target: values.target as Bun.Build.CompileTarget } : {}),
    // A server must not take settings, let alone code, from whatever folder it is started in; `.env` is read by our own rules.
    autoloadDotenv: false,
    autoloadBunfig: false,
    autoloadTsconfig: false,
    autoloadPackageJson: false,
  },
  minify: true,
  bytecode: true,
})
const [size, seconds] = [Bun.file(values.outfile).size / 1024 ** 2, (performance.now() - started) / 1000]
console.log(`${values.outfile}: ${size.toFixed(1)} MB in ${seconds.toFixed(1)} s`)
