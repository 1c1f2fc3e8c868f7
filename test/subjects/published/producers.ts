import { missingAlertmanager, startAlertmanager } from '../alertmanager/alertmanager.ts'
import { debianVersion } from '../debian.ts'
import type { PublishedSubject } from '../published.ts'

/** Programs that send webhooks, each with a document that says what its documentation and source promise. */
export const producers: readonly PublishedSubject[] = [
  {
    role: 'producer',
    name: 'Prometheus Alertmanager',
    slug: 'alertmanager',
    kind: 'program',
    language: 'Go',
    homepage: 'https://prometheus.io/docs/alerting/latest/alertmanager/',
    setting: 'Of Debian 12, with a group for each alert, a bearer token and one endpoint in its configuration; a trigger posts each event as an alert.',
    discovery: 'prometheus-alertmanager.md',
    profile: 'test/subjects/alertmanager/alertmanager.yaml',
    version: () => debianVersion('prometheus-alertmanager'),
    missing: missingAlertmanager,
    attach: async (profile) => {
      const { url, trigger, notify, close } = await startAlertmanager()
      return { options: { target: { kind: 'url', url }, profile, keys: { secrets: [] }, trigger, byHand: notify, budgetMs: 60_000 }, close }
    },
  },
]
