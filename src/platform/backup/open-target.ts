import { openBucketTarget } from './bucket-target'
import { openFolderTarget } from './folder-target'
import type { Target, TargetConfig } from './target'

/** Opens BACKUP_TO: `s3://bucket/prefix`, or a folder (`$DATA_DIR/backups` when unset). */
export function openTarget(config: TargetConfig): Target {
  const to = config.BACKUP_TO ?? `${config.DATA_DIR ?? './data'}/backups`
  return to.startsWith('s3://') ? openBucketTarget(to, config) : openFolderTarget(to)
}
