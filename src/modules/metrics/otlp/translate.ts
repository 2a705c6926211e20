import { addDimension, instanceName, serviceName } from '../translate/dimensions'
import type { Group } from '../translate/group'
import { addAttributes, attributeOf, type Dimensions } from './attributes'
import type { ExportRequest, KeyValue, ResourceMetrics } from './messages'
import { translateMetric } from './points'

/** An export request as groups of metrics, one a resource, and the data points that nobody could understand. */
export function translateRequest(request: ExportRequest): { groups: Group[]; faults: string[] } {
  const faults: string[] = []
  const groups = request.resourceMetrics.map((resource) => groupOf(resource, faults))
  return { groups: groups.filter(({ points }) => points > 0), faults }
}

/** These name the sender itself, or only the library that it sends with. */
const ofSender = new Set(['service.name', 'service.version', 'service.instance.id'])
const skipped = (key: string) => ofSender.has(key) || key.startsWith('telemetry.sdk.')

function groupOf({ resource, scopeMetrics }: ResourceMetrics, faults: string[]): Group {
  const attributes = resource?.attributes ?? []
  const common: Dimensions = {}
  addAttributes(common, attributes, skipped)
  const group: Group = { ...senderOf(attributes), metrics: [], points: 0 }
  for (const { scope, metrics } of scopeMetrics) {
    const dimensions = { ...common }
    if (scope?.name) addDimension(dimensions, 'otel_scope_name', scope.name)
    for (const metric of metrics) {
      const translated = translateMetric(metric, dimensions)
      for (const draft of translated.drafts) group.metrics.push(draft)
      group.points += translated.points
      faults.push(...translated.faults)
    }
  }
  return group
}

function senderOf(attributes: readonly KeyValue[]): Pick<Group, 'service' | 'version' | 'instance'> {
  const name = attributeOf(attributes, 'service.name')
  return {
    // What SDKs say when nobody told them.
    service: name?.startsWith('unknown_service') ? undefined : serviceName(name),
    version: attributeOf(attributes, 'service.version')?.slice(0, 20) || undefined,
    instance: instanceName(attributeOf(attributes, 'service.instance.id')),
  }
}
