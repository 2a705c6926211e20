import { claudeCode } from './claude-code'
import { claudeDesktop } from './claude-desktop'
import type { ClientFile } from './client-file'
import { codex } from './codex'
import { cursor } from './cursor'
import { geminiCli } from './gemini-cli'
import { vscode } from './vscode'
import { windsurf } from './windsurf'
import { zed } from './zed'

/** The file of every client that can be set up, in the order of help. */
export const clientFiles: readonly ClientFile[] = [
  claudeDesktop,
  claudeCode,
  cursor,
  windsurf,
  vscode,
  codex,
  zed,
  geminiCli,
]
