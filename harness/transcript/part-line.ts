import type { EndLine, RunLine } from './line.ts'

/**
 * In the transcript of a merged run: where a part begins. The lines that the part recorded follow, up to the next part, with its
 * name before their ids.
 */
export interface PartLine {
  readonly kind: 'part'
  /**
   * `p1`, `p2` and so on, in the order in which the parts were given.
   *
   * @pattern ^p[1-9][0-9]*$
   */
  readonly part: string
  /** The first and the last line of the part's own transcript. */
  readonly run: RunLine
  readonly end: EndLine
}
