/** Languages by file ending (lower case). What is not here is `text`: searchable, without symbols. */
const byEnding: Record<string, string> = {
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'tsx',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascript',
  py: 'python',
  pyi: 'python',
  pyw: 'python',
  go: 'go',
  rs: 'rust',
  java: 'java',
  c: 'c',
  h: 'c',
  cc: 'cpp',
  cpp: 'cpp',
  cxx: 'cpp',
  hh: 'cpp',
  hpp: 'cpp',
  hxx: 'cpp',
  ipp: 'cpp',
  inl: 'cpp',
  cu: 'cpp',
  cs: 'csharp',
  rb: 'ruby',
  rake: 'ruby',
  gemspec: 'ruby',
  php: 'php',
  phtml: 'php',
  kt: 'kotlin',
  kts: 'kotlin',
  swift: 'swift',
  scala: 'scala',
  sc: 'scala',
  sbt: 'scala',
  sh: 'bash',
  bash: 'bash',
  zsh: 'bash',
  ksh: 'bash',
  bats: 'bash',
  sql: 'sql',
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  css: 'css',
  scss: 'scss',
  less: 'less',
  json: 'json',
  jsonc: 'json',
  json5: 'json',
  yaml: 'yaml',
  yml: 'yaml',
  toml: 'toml',
  xml: 'xml',
  svg: 'xml',
  ini: 'ini',
  md: 'markdown',
  mdx: 'markdown',
  rst: 'restructuredtext',
  tex: 'tex',
  vue: 'vue',
  svelte: 'svelte',
  lua: 'lua',
  pl: 'perl',
  pm: 'perl',
  r: 'r',
  jl: 'julia',
  dart: 'dart',
  ex: 'elixir',
  exs: 'elixir',
  erl: 'erlang',
  hs: 'haskell',
  ml: 'ocaml',
  clj: 'clojure',
  groovy: 'groovy',
  gradle: 'groovy',
  zig: 'zig',
  nim: 'nim',
  proto: 'protobuf',
  graphql: 'graphql',
  gql: 'graphql',
  tf: 'hcl',
  hcl: 'hcl',
  ps1: 'powershell',
  bat: 'batch',
  cmake: 'cmake',
  mk: 'make',
}

const byName: Record<string, string> = {
  dockerfile: 'dockerfile',
  containerfile: 'dockerfile',
  makefile: 'make',
  gnumakefile: 'make',
  rakefile: 'ruby',
  gemfile: 'ruby',
  'cmakelists.txt': 'cmake',
  jenkinsfile: 'groovy',
  'go.mod': 'gomod',
  '.bashrc': 'bash',
  '.zshrc': 'bash',
  '.profile': 'bash',
}

const byInterpreter: [RegExp, string][] = [
  [/^python[\d.]*$/, 'python'],
  [/^(ba|z|k|da|a)?sh$/, 'bash'],
  [/^(node|nodejs|bun)$/, 'javascript'],
  [/^(deno|ts-node|tsx)$/, 'typescript'],
  [/^ruby[\d.]*$/, 'ruby'],
  [/^php[\d.]*$/, 'php'],
  [/^perl[\d.]*$/, 'perl'],
  [/^lua[\d.]*$/, 'lua'],
]

/** The language of a file by its name; '' when only its first line can tell. */
export function languageOfPath(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  const named = byName[name]
  if (named) return named
  const dot = name.lastIndexOf('.')
  if (dot < 0) return ''
  return byEnding[name.slice(dot + 1)] ?? (dot === 0 ? '' : 'text')
}

/** The language of a file: by its name, else by the interpreter in its first line, else `text`. */
export function languageOf(path: string, text: string): string {
  const known = languageOfPath(path)
  if (known !== '') return known
  const line = /^#!\s*\S*\/(\S+)(?:\s+(?:-S\s+)?(\S+))?/.exec(text)
  if (!line) return 'text'
  const interpreter = line[1] === 'env' ? line[2] : line[1]
  return byInterpreter.find(([form]) => form.test(interpreter ?? ''))?.[1] ?? 'text'
}

/** Every language that a file can have. */
export const languages: readonly string[] = [
  ...new Set([
    ...Object.values(byEnding),
    ...Object.values(byName),
    ...byInterpreter.map(([, language]) => language),
    'text',
  ]),
].sort()
