import { createServer, type AddressInfo } from 'node:net'

/** A port of the loopback interface that was free a moment ago, for a program that cannot be told to choose one. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => void probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo // it listens on TCP
  await new Promise((resolve) => probe.close(resolve))
  return port
}
