/** Names that a generated module needs for itself, and globals that would be hidden from whoever imports the type. */
const taken = [
  'ShapeError', 'Problem', 'Check', 'Member', 'Event', 'KnownEvent', 'AnyEvent', 'WebhookEvent', 'WebhookPayload', 'WebhookHeaders', 'WebhookDelivery',
  'Any', 'Array', 'ArrayBuffer', 'BigInt', 'Boolean', 'Buffer', 'Date', 'Error', 'Exclude', 'Extract', 'File', 'Function', 'Infinity', 'Iterator', 'JSON', 'Location', 'Map', 'Math', 'NaN', 'Never', 'Node',
  'Null', 'Number', 'Object', 'Omit', 'Partial', 'Pick', 'Promise', 'Proxy', 'Readonly', 'Record', 'Reflect', 'RegExp', 'Request', 'Required', 'Response', 'Set', 'String', 'Symbol', 'Uint8Array',
  'URL', 'Undefined', 'Unknown', 'WeakMap', 'WeakSet',
]

/** Gives every type of a module its own name. */
export class Names {
  private readonly given = new Set<string>(taken)

  /**
   * A type name made of the words of a text: `order.created` becomes OrderCreated.
   *
   * One that is taken gets `suffix`, then a number: the same texts in the same order always have the same names.
   */
  give(text: string, suffix: string): string {
    const wanted = pascalCase(text)
    const plain = this.given.has(wanted) ? `${wanted}${suffix}` : wanted
    let name = plain
    for (let number = 2; this.given.has(name); number += 1) name = `${plain}${number}`
    this.given.add(name)
    return name
  }
}

/** The words of a text, each with a capital, as an identifier of JavaScript. `Unnamed` when it has none. */
export function pascalCase(text: string): string {
  const words = text.normalize('NFC').match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}]+|\p{Lt}\p{Ll}*|\p{Nd}+|\p{Lu}/gu) ?? []
  const joined = words.map((word) => word.charAt(0).toUpperCase() + (/^\p{Lu}{2,}$/u.test(word) ? word.slice(1).toLowerCase() : word.slice(1))).join('')
  if (joined === '') return 'Unnamed'
  return /^\p{Nd}/u.test(joined) ? `The${joined}` : joined
}

/** Whether a member may be written without quotes. Reserved words may. */
export function isPlainKey(key: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(key)
}
