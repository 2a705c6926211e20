import { indexProgram } from '../modules/code/jobs/program'
import { serveWork } from '../platform/storage/work/serve'

declare const self: Worker

/** Entry of the thread that indexes repositories. */
serveWork(self, indexProgram)
