import { acceptedContent, type InputRequest, inputResponse } from '@modelcontextprotocol/server'
import { AppError } from '../../src/core/errors'
import type { ExtensionTask, ExtensionTool } from '../../src/platform/mcp/extension'
import type { TaskRun } from '../../src/platform/tasks/tasks'
import { text, tool } from './suite-tools'

type Input = Record<string, unknown>

/** The suite's tools that become tasks for clients that can poll. */
const tasked = (
  name: string,
  call: (input: Input) => Promise<string>,
  task: ExtensionTask,
): ExtensionTool => ({
  ...tool(name, async ({ arguments: input = {} }) => ({ content: [text(await call(input))] })),
  task,
})

async function sleep(seconds: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, seconds * 1000)
  signal?.addEventListener('abort', () => resolve())
  await promise
  clearTimeout(timer)
}

const compute = async ({ seconds, label }: Input, signal?: AbortSignal) => {
  await sleep(Number(seconds ?? 0), signal)
  return `computed ${label}`
}

const elicitation = (message: string, field: string, type: 'boolean' | 'string'): InputRequest => ({
  method: 'elicitation/create',
  params: {
    mode: 'form',
    message,
    requestedSchema: {
      type: 'object',
      properties: { [field]: { type } as { type: 'string' } },
      required: [field],
    },
  },
})

const asking =
  (questions: Record<string, InputRequest>): ExtensionTask['run'] =>
  async (_, task: TaskRun) => {
    const answers = await task.ask(questions)
    return { content: [text(`answered: ${Object.keys(answers).join(', ')}`)] }
  }

const cannotAsk = async () => 'nobody to ask'

export const taskTools: ExtensionTool[] = [
  tool('greet', async ({ arguments: input = {} }) => ({ content: [text(`Hello, ${input.name}!`)] })),
  tasked('slow_compute', compute, {
    run: async (input, { signal }) => ({ content: [text(await compute(input, signal))] }),
  }),
  tasked('failing_job', cannotAsk, {
    required: true,
    async run() {
      await sleep(1)
      throw new AppError('conflict', 'This job fails')
    },
  }),
  tasked('protocol_error_job', cannotAsk, {
    async run() {
      await sleep(0.5)
      throw new AppError('unavailable', 'This job ends in an error of the protocol')
    },
  }),
  tasked('confirm_delete', cannotAsk, {
    run: asking({ confirm: elicitation('Delete it?', 'confirm', 'boolean') }),
  }),
  tasked('multi_input', cannotAsk, {
    run: asking({
      first: elicitation('The first name?', 'name', 'string'),
      second: elicitation('The second name?', 'name', 'string'),
    }),
  }),
  tasked('test_tool_with_task', cannotAsk, {
    required: true,
    prepare(_, { mcpReq }) {
      const name = acceptedContent<{ name?: string }>(mcpReq.inputResponses, 'user_name')?.name
      if (inputResponse(mcpReq.inputResponses, 'user_name').kind === 'elicit' && name) return { name }
      const inputRequests = { user_name: elicitation('What is your name?', 'name', 'string') }
      return { resultType: 'input_required', inputRequests }
    },
    async run({ name }) {
      await sleep(0.5)
      return { content: [text(`Hello, ${name}!`)] }
    },
  }),
]
