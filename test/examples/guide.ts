/** One thing that a reader of a guide does, or sees. */
export type Step =
  | { readonly kind: 'run'; readonly commands: readonly string[]; readonly exit: number; readonly output?: readonly string[] }
  | { readonly kind: 'install' | 'serve'; readonly commands: readonly string[] }
  | { readonly kind: 'file' | 'change' | 'same'; readonly name: string; readonly lines: readonly string[] }

/**
 * The steps of a guide, in order: each block with a mark in front of it, such as `<!-- exit 0 -->`, and the block of text
 * that comes next, which is what the last command prints.
 *
 * @throws Error for a block of code without a mark.
 */
export function stepsOf(guide: string): readonly Step[] {
  const steps: Step[] = []
  for (const [, mark = '', language = '', body = ''] of guide.matchAll(/(?:<!-- (.+) -->\n)?```(\w*)\n([\s\S]*?)```/g)) {
    const lines = body.split('\n').slice(0, -1)
    const [verb = '', name = ''] = mark.split(' ')
    const last = steps.at(-1)
    if (language === 'text' && last?.kind === 'run') steps.splice(-1, 1, { ...last, output: lines })
    else if (verb === 'exit') steps.push({ kind: 'run', commands: lines, exit: Number(name) })
    else if (verb === 'install' || verb === 'serve') steps.push({ kind: verb, commands: lines })
    else if (verb === 'file' || verb === 'change' || verb === 'same') steps.push({ kind: verb, name, lines })
    else throw new Error(`a block says nothing about what to do with it:\n${body}`)
  }
  return steps
}

/** A text in which the lines of a diff have been changed. @throws Error unless what it replaces stands there once. */
export function changed(text: string, diff: readonly string[]): string {
  const side = (other: '+' | '-') => diff.filter((line) => !line.startsWith(other)).map((line) => `${line.slice(1)}\n`).join('')
  const parts = text.split(side('+'))
  if (parts.length !== 2) throw new Error(`what is to be changed stands there ${parts.length - 1} times:\n${side('+')}`)
  return parts.join(side('-'))
}

/**
 * The first lines that a guide shows and an output does not have; undefined when it has them all, in order.
 *
 * `…` stands for any number of lines. Without one the lines follow each other, from the first to the last.
 */
export function missing(shown: readonly string[], output: readonly string[]): readonly string[] | undefined {
  const groups: string[][] = [[]]
  for (const line of shown) {
    if (line.trim() === '…') groups.push([])
    else groups.at(-1)?.push(line)
  }
  let from = 0
  for (const [index, group] of groups.entries()) {
    const anywhere = index > 0
    const last = index === groups.length - 1
    const at = last && anywhere ? output.length - group.length : place(group, output, from, anywhere)
    if (at < from || !fits(group, output, at) || (last && at + group.length !== output.length)) return group
    from = at + group.length
  }
  return undefined
}

/** A line without what is new in each run: ids, times, and the signatures and numbers of exchanges that hang on them. */
export function settled(line: string): string {
  return line
    .replace(/\bmsg_[0-9a-z]{22}\b/g, 'MSG')
    .replace(/\bv1,[A-Za-z0-9+/]{43}=/g, 'v1,SIGNATURE')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME')
    .replace(/(webhook-timestamp: )\d+/, '$1TIME')
    .replace(/(exchange {2})x\d+\.\d+/, '$1EXCHANGE')
    .trimEnd()
}

function place(group: readonly string[], output: readonly string[], from: number, anywhere: boolean): number {
  if (!anywhere) return from
  for (let at = from; at <= output.length - group.length; at += 1) if (fits(group, output, at)) return at
  return -1
}

function fits(group: readonly string[], output: readonly string[], at: number): boolean {
  return group.every((line, index) => settled(line) === settled(output[at + index] ?? ''))
}
