/**
 * The events that are known: id → 'in progress' or 'done'. In production a table with the id as its key.
 *
 * Next.js may load this file once for each route: the one memory hangs on the process.
 *
 * @type {Map<string, 'in progress' | 'done'>}
 */
export const events = (globalThis[Symbol.for('webhook-events')] ??= new Map())
