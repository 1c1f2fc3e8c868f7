import { HarnessError } from '../harness/errors.ts'
import { suiteIdentity } from '../harness/identity.ts'
import { flagHelp, readFlags, type FlagName } from './flags.ts'
import { configurationText } from './init/configuration-text.ts'
import { frameworkNames, frameworks, isFramework, type Framework } from './init/frameworks.ts'
import { readProject, type Clue, type Project } from './init/project.ts'
import { template } from './init/template.ts'
import { workflowText } from './init/workflow-text.ts'
import { existing, writeFiles } from './init/write-files.ts'
import { has, one } from './options.ts'
import type { Terminal } from './terminal.ts'

const names: readonly FlagName[] = ['framework', 'force', 'help']

/** `conformance init`: writes configuration, control adapter and CI job into the working folder, and says what is left to do. */
export async function initCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFlags(args, names)
  if (has(given, 'help')) {
    await terminal.out(`conformance init: writes configuration, control adapter and CI job for the framework of this project\n\n${flagHelp(names)}\nFrameworks: ${frameworkNames.join(', ')}\n`)
    return 0
  }
  const [stray] = given.positionals
  if (stray !== undefined) throw new HarnessError('usage', `init takes no argument, and "${stray}" is one`, 'run it in the folder of the project')

  const folder = process.cwd()
  const project = await readProject(folder)
  const clue = chosen(one(given, 'framework'), project.clues)
  const framework: Framework = frameworks[clue.framework]
  const [other] = await existing(folder, ['conformance.config.yml', 'conformance.config.json'])
  if (other !== undefined) throw new HarnessError('usage', `${other} exists, and one configuration is enough; nothing was written`, 'move it away: init writes conformance.config.yaml')

  const files = [
    { path: 'conformance.config.yaml', text: configurationText(framework) },
    { path: framework.adapter, text: await template(clue.framework, framework.adapter) },
    { path: '.github/workflows/conformance.yml', text: workflowText(framework, project) },
  ]
  await writeFiles(folder, files, has(given, 'force'))
  const others = project.clues.filter((each) => each.framework !== clue.framework && each.framework !== 'node-http')
  await terminal.out([
    `framework: ${clue.framework} (${clue.why}${others.length > 0 ? `; --framework ${others.map((each) => each.framework).join(' or ')} for another` : ''})\n`,
    ...files.map(({ path }) => `wrote ${path}\n`),
    '\n',
    ...leftToDo(framework, project),
  ].join(''))
  return 0
}

/** @throws HarnessError `usage` for a name that is none, and for a project that shows nothing. */
function chosen(told: string | undefined, [first]: readonly Clue[]): Clue {
  if (told !== undefined) {
    if (isFramework(told)) return { framework: told, why: 'as told' }
    throw new HarnessError('usage', `init knows no framework "${told}"`, `write one of ${frameworkNames.join(', ')}`)
  }
  if (first) return first
  throw new HarnessError('usage', 'nothing here shows a framework: no package.json, no flask in a Python project, no go.mod, Gemfile, config.ru or composer.json', `run init in the folder of the project, or write --framework NAME, one of ${frameworkNames.join(', ')}`)
}

/** What only the user can do, and the command that comes then. */
function leftToDo({ mount, start, ecosystem }: Framework, project: Project): readonly string[] {
  const { name, version } = suiteIdentity()
  const command = project.installed ? 'npx conformance run' : `npx -p ${name}@${version} conformance run`
  const started = ecosystem === 'node' ? (project.start ?? start) : start
  return [
    'Add to the app; without CONFORMANCE_CONTROL=1 it changes nothing:\n\n',
    ...(mount.file === undefined ? [] : [`  in ${mount.file}\n`]),
    ...(mount.load === undefined ? [] : [`  ${mount.load}\n`]),
    `  ${mount.serve}\n`,
    ...(mount.file === undefined ? [] : ['\n  in the route of the webhooks\n']),
    `  ${mount.effect}\n\n`,
    'The last one stands around what an event does; "forget" empties the memory of events, where there is one.\n\n',
    'Then, with the URL in conformance.config.yaml and the secret of the app:\n\n',
    '  export WEBHOOK_SECRET=whsec_…\n',
    `  CONFORMANCE_CONTROL=1 ${started}\n`,
    `  ${command}\n`,
  ]
}
