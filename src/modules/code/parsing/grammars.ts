import swift from '@repomix/tree-sitter-wasms/out/tree-sitter-swift.wasm' with { type: 'file' }
import kotlin from '@tree-sitter-grammars/tree-sitter-kotlin/tree-sitter-kotlin.wasm' with { type: 'file' }
import bash from '@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm' with { type: 'file' }
import csharp from '@vscode/tree-sitter-wasm/wasm/tree-sitter-c-sharp.wasm' with { type: 'file' }
import css from '@vscode/tree-sitter-wasm/wasm/tree-sitter-css.wasm' with { type: 'file' }
import go from '@vscode/tree-sitter-wasm/wasm/tree-sitter-go.wasm' with { type: 'file' }
import java from '@vscode/tree-sitter-wasm/wasm/tree-sitter-java.wasm' with { type: 'file' }
import javascript from '@vscode/tree-sitter-wasm/wasm/tree-sitter-javascript.wasm' with { type: 'file' }
import php from '@vscode/tree-sitter-wasm/wasm/tree-sitter-php.wasm' with { type: 'file' }
import python from '@vscode/tree-sitter-wasm/wasm/tree-sitter-python.wasm' with { type: 'file' }
import ruby from '@vscode/tree-sitter-wasm/wasm/tree-sitter-ruby.wasm' with { type: 'file' }
import rust from '@vscode/tree-sitter-wasm/wasm/tree-sitter-rust.wasm' with { type: 'file' }
import tsx from '@vscode/tree-sitter-wasm/wasm/tree-sitter-tsx.wasm' with { type: 'file' }
import typescript from '@vscode/tree-sitter-wasm/wasm/tree-sitter-typescript.wasm' with { type: 'file' }
import html from 'tree-sitter-html/tree-sitter-html.wasm' with { type: 'file' }
import scala from 'tree-sitter-scala/tree-sitter-scala.wasm' with { type: 'file' }
import runtime from 'web-tree-sitter/web-tree-sitter.wasm' with { type: 'file' }

/** Where tree-sitter itself lies: in the binary, or in a package. */
export const runtimePath: string = runtime

/**
 * The grammar of each language that has one. C and C++ are scanned (`c/`): a grammar makes errors of what the preprocessor has not read. No package ships one for
 * SQL: `symbols/sql.ts` reads its definitions.
 */
export const grammars: Readonly<Record<string, string>> = {
  typescript,
  tsx,
  javascript,
  python,
  go,
  rust,
  java,
  csharp,
  ruby,
  php,
  kotlin,
  swift,
  scala,
  bash,
  html,
  css,
}
