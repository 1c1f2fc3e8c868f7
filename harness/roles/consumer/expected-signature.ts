import type { WireRequest } from '../../http/message.ts'
import { computeSignature, encodeSignature } from '../../signing/sign.ts'
import type { Sender } from './compose.ts'
import { headerValues } from '../../http/headers.ts'

/**
 * Marks the signature that a target would have expected, where its answer tells it.
 *
 * Only a refused sender learns something by that, so a signature that the request itself carries is left as it is.
 */
export function expectedSignatureRedactor(sender: Sender, request: WireRequest, signedFields: Readonly<Record<string, string>>): (text: string) => string {
  const scheme = sender.profile.signature
  if (scheme.items || scheme.signed.length === 0) return (text) => text
  const spellings = expectedSpellings(sender, request, signedFields).filter((text) => !request.headers.some(([, value]) => value.includes(text)))
  return (text) => spellings.reduce((clean, spelling) => clean.replaceAll(spelling, '[redacted:expected-signature]'), text)
}

function expectedSpellings(sender: Sender, request: WireRequest, signedFields: Readonly<Record<string, string>>): readonly string[] {
  const scheme = sender.profile.signature
  const fields: Record<string, string> = {}
  for (const [name, field] of Object.entries(scheme.fields)) {
    const value = field.in === 'header' ? headerValues(request.headers, field.name)[0] : signedFields[name]
    if (value === undefined) return []
    fields[name] = value
  }
  try {
    const raw = computeSignature(scheme, request, sender.keys, { fields })
    return [encodeSignature('hex', raw), encodeSignature('base64', raw)]
  } catch {
    return [] // a request that is tampered beyond signing has no expected signature
  }
}
