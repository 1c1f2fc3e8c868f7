// The entry of the command. It imports nothing by itself, so that an old runtime gets an answer and not a syntax error.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`error[runtime]: Node ${process.versions.node} is too old\ncure: use Node 20.19 or newer\n`)
  process.exitCode = 5
} else {
  const { main } = await import('./main.ts')
  await main(process.argv.slice(2))
}

export {}
