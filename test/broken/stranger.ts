import { createHash } from 'node:crypto'
import { otherKeysFor } from '../../harness/signing/key.ts'
import { authenticate, type Setting } from '../../reference/consumer/parts.ts'
import type { ReceivedRequest } from '../../reference/consumer/request.ts'
