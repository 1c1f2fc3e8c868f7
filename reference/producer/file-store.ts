import { open, rename, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { HarnessError } from '../../harness/errors.ts'
import type { ProducerRecord } from './records.ts'
import type { Store } from './store.ts'

/**
 * A store in a file: one record a line, written at the end and flushed to the disk before the append resolves.
 *
 * Appends that come while the disk is busy share the next flush. A line that a crash left half-written is cut off when the
 * file is loaded: nobody was told that it was kept. One process at a time may use a file.
 *
 * @throws HarnessError `usage`, from `load`, when the file cannot be opened or is no journal.
 */
export function fileStore(path: string): Store {
  return new FileStore(path)
}

interface Job {
  readonly kind: 'append' | 'rewrite'
  readonly text: string
  readonly done: (error?: unknown) => void
}

class FileStore implements Store {
  readonly #path: string
  #file: FileHandle | undefined
  #jobs: Job[] = []
  #working: Promise<void> | undefined
  /** Why nothing more is taken: after a failed flush nobody knows what the disk holds. */
  #broken: unknown

  constructor(path: string) {
    this.#path = path
  }

  async load(): Promise<readonly ProducerRecord[]> {
    try {
      this.#file = await open(this.#path, 'a+', 0o600)
      await syncFolder(this.#path)
    } catch (cause) {
      throw new HarnessError('usage', `the journal ${this.#path} cannot be opened`, 'name a file that can be written', { cause })
    }
    try {
      const bytes = await this.#file.readFile()
      const whole = bytes.lastIndexOf('\n') + 1
      if (whole < bytes.length) await this.#file.truncate(whole)
      const lines = bytes.toString('utf8', 0, whole).split('\n').slice(0, -1)
      return lines.map((line, index) => this.#read(line, index + 1))
    } catch (error) {
      await this.close()
      throw error
    }
  }

  append(records: readonly ProducerRecord[]): Promise<void> {
    return this.#add('append', records)
  }

  rewrite(records: readonly ProducerRecord[]): Promise<void> {
    return this.#add('rewrite', records)
  }

  async close(): Promise<void> {
    await this.#working
    await this.#file?.close()
    this.#file = undefined
  }

  #read(line: string, number: number): ProducerRecord {
    try {
      return JSON.parse(line) as ProducerRecord // only this class writes the file
    } catch (cause) {
      throw new HarnessError('usage', `line ${number} of ${this.#path} is no record of a journal`, 'name another file, or restore this one', { cause })
    }
  }

  #add(kind: Job['kind'], records: readonly ProducerRecord[]): Promise<void> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken)
    const text = records.map((record) => `${JSON.stringify(record)}\n`).join('')
    return new Promise((resolve, reject) => {
      this.#jobs.push({ kind, text, done: (error) => (error === undefined ? resolve() : reject(error)) })
      this.#working ??= this.#work().finally(() => (this.#working = undefined))
    })
  }

  async #work(): Promise<void> {
    for (;;) {
      const [first] = this.#jobs
      if (first === undefined) return
      const next = this.#jobs.findIndex(({ kind }) => kind !== 'append')
      const batch = this.#jobs.splice(0, first.kind === 'rewrite' ? 1 : next === -1 ? this.#jobs.length : next)
      try {
        if (this.#broken !== undefined) throw this.#broken
        if (first.kind === 'rewrite') await this.#replace(first.text)
        else await this.#write(batch.map(({ text }) => text).join(''))
        for (const { done } of batch) done()
      } catch (error) {
        this.#broken = error
        for (const { done } of batch) done(error)
      }
    }
  }

  async #write(text: string): Promise<void> {
    if (this.#file === undefined) throw new TypeError('The journal is not open')
    if (text === '') return
    await this.#file.appendFile(text)
    await this.#file.datasync()
  }

  /** The new file is whole and on the disk before it takes the name of the old one. */
  async #replace(text: string): Promise<void> {
    if (this.#file === undefined) throw new TypeError('The journal is not open')
    const next = await open(`${this.#path}.next`, 'w', 0o600)
    try {
      await next.writeFile(text)
      await next.sync()
    } finally {
      await next.close()
    }
    await rename(`${this.#path}.next`, this.#path)
    await syncFolder(this.#path)
    await this.#file.close()
    this.#file = await open(this.#path, 'a+', 0o600)
  }
}

/** A new name is on the disk only once its folder is. Not every system can flush a folder; those keep names themselves. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r').catch(() => undefined)
  try {
    await folder?.sync().catch(() => {})
  } finally {
    await folder?.close()
  }
}
