import type { Part } from '../part'
import { fileResource } from './file-resource'
import { impactPrompt } from './impact-prompt'

/** Files by URI, and a way of working that people start by name. */
export const resourcesPart: Part = { resources: [fileResource], prompts: [impactPrompt] }
