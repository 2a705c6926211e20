import type { Faults } from './faults'
import { isLonger, limits } from './limits'
import type { Submission } from './metric'
import type { Sender } from './series'

const serviceForm = /^[A-Za-z0-9_-]+$/
const instanceForm = /^[A-Za-z0-9_.-]+$/

/** Checks what all metrics of a submission share. */
export function readSender({ service, version, instance }: Submission, faults: Faults): Sender {
  const text = (name: string, value: unknown, most: number) => {
    if (typeof value !== 'string')
      faults.form.push({ type: 'string_type', loc: ['body', name], msg: 'Input should be a valid string' })
    else if (isLonger(value, most))
      faults.form.push({
        type: 'string_too_long',
        loc: ['body', name],
        msg: `String should have at most ${most} characters`,
      })
    else return value
    return ''
  }
  const name = text('service', service, limits.service)
  if (faults.form.length === 0 && !serviceForm.test(name))
    faults.values.push('service: Service name must be letters, digits, underscores and hyphens')
  const instanceName = instance == null ? '' : text('instance_id', instance, limits.instance)
  if (instanceName !== '' && !instanceForm.test(instanceName))
    faults.values.push('instance_id: Instance ID must be letters, digits, underscores, dots and hyphens')
  return {
    service: name,
    version: version == null ? null : text('version', version, limits.version),
    instance: instanceName || null,
  }
}
