import { auditVerify } from './audit'
import { backupCommands } from './backup/commands'
import { codeCommands } from './code/commands'
import type { Command } from './command'
import { createCompletion } from './completion/completion'
import { configCommand } from './config'
import { connect } from './connect/connect'
import { doctor } from './doctor/doctor'
import { doctorMcp } from './doctor-mcp/doctor-mcp'
import { health } from './health'
import { createHelp } from './help-command'
import { init } from './init/init'
import { exportJournal } from './journal/export'
import { importJournal } from './journal/import'
import { keyCommands } from './keys'
import { createMan } from './man'
import { exportMetrics } from './metrics/export'
import { importMetrics } from './metrics/import'
import { rebuildMetrics } from './metrics/rebuild'
import { migrateCommands } from './migrate'
import { migrateExportCommands } from './migrate-export'
import { serve } from './serve'
import { stdio } from './stdio'
import { subscriptionCommands } from './subscriptions'
import { exportAll } from './transfer/export'
import { importAll } from './transfer/import'
import { upgrade } from './upgrade/upgrade'
import { versionCommand } from './version'

/** Every command, in the order in which help lists them. */
export const commands: readonly Command[] = [
  serve,
  stdio,
  ...migrateCommands,
  ...migrateExportCommands,
  ...keyCommands,
  ...subscriptionCommands,
  auditVerify,
  ...backupCommands,
  exportAll,
  importAll,
  upgrade,
  exportJournal,
  importJournal,
  exportMetrics,
  rebuildMetrics,
  ...codeCommands,
  importMetrics,
  connect,
  doctor,
  doctorMcp,
  health,
  init,
  configCommand,
  versionCommand,
  createCompletion(() => commands),
  createMan(() => commands),
  createHelp(() => commands),
]
