import type { Host } from '../../../core/module'
import type { Part } from '../part'
import type { CodeSettings } from '../settings'
import { getFile } from './get-file'
import { getFileOutline } from './get-file-outline'
import { listFiles } from './list-files'
import { listRecentFiles } from './list-recent-files'

/** Files of repositories: their text, what they define, which there are. */
export const filesPart = (_host: Host<CodeSettings>): Part => ({
  operations: [getFile, getFileOutline, listFiles, listRecentFiles],
})
