import { control } from '../../../../conformance-control.mjs'
import { events } from '../../../../events.mjs'

export const { GET, POST } = control({ forget: () => events.clear() })
