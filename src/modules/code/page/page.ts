import { pageRoutes } from '../../../core/page'
import type { Part } from '../part'
import { documentOf } from './document'
import { assets } from './page-files'

/** `GET /dashboard/code` and the files it names. */
export const pagePart = (): Part => ({
  routes: pageRoutes({
    path: '/dashboard/code',
    title: 'Page of the code index',
    description: 'A page for browsers: search, repositories and jobs. It asks for a key.',
    document: documentOf,
    files: assets,
  }),
})
