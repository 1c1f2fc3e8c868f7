import { plural } from '../summary.ts'
import { markup, slug, type Markup } from './markup.ts'

/** What `reports/kill-matrix.json` holds of each role: implementations that are wrong in one way, and the cases that found out. */
export interface KillMatrix {
  readonly roles: readonly { readonly role: string; readonly kills: readonly Kill[] }[]
}

export interface Kill {
  readonly target: string
  readonly fault: string
  readonly requirement: string
  readonly killedBy: readonly string[]
}

const namedCases = 3

/** The proof that the checks of a role can fail, a row a broken target; undefined where the role has none. */
export function killMatrixSection(matrix: KillMatrix, role: string): Markup | undefined {
  const kills = matrix.roles.find((each) => each.role === role)?.kills ?? []
  if (kills.length === 0) return undefined
  const killed = kills.filter(({ killedBy }) => killedBy.length > 0).length
  const rows = kills.map(
    ({ target, fault, requirement, killedBy }) =>
      markup`<tr><td><a href="#${slug(requirement)}"><code>${requirement}</code></a><td><code>${target}</code> ${fault}<td>${killedBy.length === 0 ? 'nothing' : killedBy.slice(0, namedCases).map((id) => markup`<code>${id}</code> `)}${killedBy.length > namedCases ? `and ${killedBy.length - namedCases} more` : ''}`,
  )
  return markup`<section id="kill-matrix"><h2>Every check was seen to fail</h2><p>${killed} of ${plural(kills.length, 'broken target')} found out, each by the rule that it breaks.</p><details><summary>The kill matrix</summary><div class="wide" tabindex="0"><table><thead><tr><th scope="col">rule<th scope="col">broken target<th scope="col">found by</thead><tbody>${rows}</tbody></table></div></details></section>`
}
