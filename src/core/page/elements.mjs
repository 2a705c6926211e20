/** An element by its id. */
export const at = (id) => document.getElementById(id)

/** A new element with attributes, and text or children. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value)
  element.append(...children)
  return element
}
