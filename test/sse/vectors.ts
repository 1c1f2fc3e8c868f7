import file from '../../suites/vectors/event-stream.json' with { type: 'json' }
import type { StreamVector } from '../../harness/sse/vector.ts'

export const streamVectors: readonly StreamVector[] = file.vectors
