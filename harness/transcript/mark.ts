import { redactor } from './redact.ts'

/** Below this length a secret may stand in an answer by accident. */
const tellingLength = 12

/** Marks the secrets where a target's answer tells them; weak secrets are left to the redactor. */
export function secretMarker(secrets: readonly string[]): (text: string) => string {
  const hide = redactor(secrets.filter((secret) => secret.length >= tellingLength))
  return (text) => {
    const hidden = hide(text)
    return hidden === text ? text : hidden.replaceAll('[redacted]', '[redacted:secret]')
  }
}
