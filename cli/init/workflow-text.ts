import { suiteIdentity } from '../../harness/identity.ts'
import { reportFolder } from './configuration-text.ts'
import type { Ecosystem, Framework } from './frameworks.ts'
import type { Project } from './project.ts'

/** The workflow of GitHub Actions that starts the app and judges it at every push. */
export function workflowText(framework: Framework, { start, locked }: Pick<Project, 'start' | 'locked'>): string {
  const { name, version } = suiteIdentity()
  const command = framework.ecosystem === 'node' ? (start ?? framework.start) : framework.start
  return `# .github/workflows/conformance.yml
name: conformance
on:
  push:
    branches: [main]
  pull_request:

permissions:
  contents: read

jobs:
  webhooks:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    env:
      WEBHOOK_SECRET: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw # of the test build, not of production
      CONFORMANCE_CONTROL: '1'
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
${[...setup(framework.ecosystem, locked), ...(framework.title === 'Next.js' ? ['- run: npx next build'] : [])].map((line) => `      ${line}\n`).join('')}
      - name: Start the app
        run: |
          nohup ${command} > app.log 2>&1 &
          curl --silent --output /dev/null --retry 60 --retry-delay 1 --retry-connrefused http://127.0.0.1:${framework.port}/

      # What it is told stands in conformance.config.yaml.
      - name: Judge it
        run: npx --yes --package=${name}@${version} conformance run --reporter github --reporter markdown="$GITHUB_STEP_SUMMARY"

      - name: Show what the app said
        if: failure()
        run: tail -n 50 app.log

      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: ${reportFolder}
          path: ${reportFolder}
          if-no-files-found: ignore
`
}

/** The steps that bring what the app needs. */
function setup(ecosystem: Ecosystem, locked: boolean): readonly string[] {
  switch (ecosystem) {
    case 'node':
      return [`- run: ${locked ? 'npm ci' : 'npm install'}`]
    case 'python':
      return ['- uses: actions/setup-python@v5', '  with:', "    python-version: '3.x'", '- run: if [ -f requirements.txt ]; then pip install -r requirements.txt; else pip install .; fi']
    case 'go':
      return ['- uses: actions/setup-go@v5', '  with:', '    go-version-file: go.mod', '- run: go build ./...']
    case 'ruby':
      return ['- uses: ruby/setup-ruby@v1', '  with:', "    ruby-version: '3.3'", '    bundler-cache: true']
    case 'php':
      return ['- run: composer install --no-interaction --no-progress']
  }
}
