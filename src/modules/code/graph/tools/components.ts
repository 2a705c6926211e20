type Targets = ReadonlyMap<string, readonly string[]>

/** Groups of nodes that reach each other, of more than one node, the largest first. Tarjan's algorithm without recursion. */
export function findComponents(targets: Targets): string[][] {
  const [order, low] = [new Map<string, number>(), new Map<string, number>()]
  const [stack, onStack] = [[] as string[], new Set<string>()]
  const groups: string[][] = []
  const open = (node: string) => {
    order.set(node, order.size)
    low.set(node, order.get(node)!)
    stack.push(node)
    onStack.add(node)
    return { node, next: 0 }
  }
  const close = (node: string) => {
    if (low.get(node) !== order.get(node)) return
    const group = stack.splice(stack.lastIndexOf(node))
    for (const member of group) onStack.delete(member)
    if (group.length > 1) groups.push(group.sort())
  }
  for (const root of targets.keys()) {
    const frames = order.has(root) ? [] : [open(root)]
    while (frames.length > 0) {
      const frame = frames.at(-1)!
      const to = targets.get(frame.node)?.[frame.next++]
      if (to === undefined) {
        close(frame.node)
        frames.pop()
        const parent = frames.at(-1)
        if (parent) low.set(parent.node, Math.min(low.get(parent.node)!, low.get(frame.node)!))
      } else if (!order.has(to)) frames.push(open(to))
      else if (onStack.has(to)) low.set(frame.node, Math.min(low.get(frame.node)!, order.get(to)!))
    }
  }
  return groups.sort((a, b) => b.length - a.length || (a[0]! < b[0]! ? -1 : 1))
}

/** A shortest way from the group's first node back to it; the first node stands at both ends. */
export function shortestCycle(group: readonly string[], targets: Targets): string[] {
  const [members, start] = [new Set(group), group[0]!]
  const parents = new Map<string, string>()
  const queue = [start]
  for (const at of queue) {
    for (const to of targets.get(at) ?? []) {
      if (to === start) return wayTo(at, start, parents)
      if (!members.has(to) || parents.has(to)) continue
      parents.set(to, at)
      queue.push(to)
    }
  }
  return [start]
}

function wayTo(end: string, start: string, parents: ReadonlyMap<string, string>): string[] {
  const way = [start]
  for (let at = end; at !== start; at = parents.get(at)!) way.push(at)
  way.push(start)
  return way.reverse()
}
