import { create } from './create'
import { list } from './list'
import { restore } from './restore'
import { verify } from './verify'

export const backupCommands = [create, list, verify, restore]
