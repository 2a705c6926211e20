import { childIn, type Syntax } from '../parsing/syntax'

/**
 * What scripts define by assigning a function or class: `exports.open = …` a function, `Shop.prototype.open = …` a method of `Shop`, `app.open = …` at the top
 * of a file one of `app`; the same for members of an object that is assigned to one of the first two. What `module.exports = …` is given has the name that
 * it has itself, or is the default. `node` is the assignment or the member, `property` its name.
 */
export function assignedTo(node: Syntax, property: Syntax, text: string) {
  const isMember = node.type === 'pair'
  const left = childIn(isMember ? node.parent!.parent! : node, 'left')!
  const value = childIn(node, isMember ? 'value' : 'right')!
  const path = text.slice(left.start, left.end)
  const to = isMember
    ? path
    : text.slice(left.start, childIn(left, 'property')!.start).replace(/\s*\.\s*$/, '')
  const isModule = !isMember && path === 'module.exports'
  const isExport = isModule || /^(module\.)?exports$/.test(to)
  const receiver = isExport ? undefined : receiverOf(to, !isMember && node.parent?.parent?.type === 'program')
  if (!isExport && receiver === undefined) return undefined
  const own = isModule ? childIn(value, 'name') : property
  return {
    kind: value.type === 'class' ? 'class' : isExport ? 'function' : 'method',
    name: own ? text.slice(own.start, own.end).slice(0, 200) : 'default',
    nameStart: (own ?? value).start,
    start: node.start,
    end: node.end,
    bodyStart: childIn(value, 'body')?.start ?? node.end,
    parentType: '',
    parentStart: node.start,
    receiver,
  }
}

function receiverOf(object: string, isTop: boolean): string | undefined {
  const prototype = /^([\w$]+)\.prototype$/.exec(object)?.[1]
  return prototype ?? (isTop ? /^(?:[\w$]+\.)*([\w$]+)$/.exec(object)?.[1] : undefined)
}
