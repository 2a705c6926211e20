import type { Command } from '../command'
import { exit } from '../exit'
import { withApp } from '../open'
import { printData } from '../print'
import { callCode, ownerFlag } from './call'
import { harmless } from './color'

interface Removed {
  repository_id: string
  message: string
}

export const codeRemove: Command = {
  name: 'code remove',
  summary: 'Remove a repository from the index, also one that could not be indexed',
  details:
    'It is gone from lists and searches at once; what was stored of it is removed by the server, or by the next code index. The repository itself is not touched.',
  positionals: [{ name: 'REPOSITORY', required: true }],
  flags: { owner: ownerFlag },
  json: true,
  example: 'holdfast code remove acme/shop',
  async run(invocation) {
    return withApp(invocation, async (app) => {
      const repository = invocation.positionals[0]!
      const removed = await callCode<Removed>(app, invocation, 'delete_repository', { repository })
      printData(invocation, removed, ({ message }) => harmless(message))
      return exit.done
    })
  },
}
