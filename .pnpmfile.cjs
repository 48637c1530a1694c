// Some packages name their platform in a form pnpm ignores; without this every platform downloads all of them.
const nodeBinary = /^node-(?:bin-)?(linux|darwin|win)-(?:x64|arm64)$/

module.exports = {
  hooks: {
    readPackage(pkg) {
      const match = nodeBinary.exec(pkg.name)
      if (match) {
        // `os` and `cpu` are published as strings; only arrays are honoured.
        pkg.os = [].concat(pkg.os)
        pkg.cpu = [].concat(pkg.cpu)
        if (match[1] === 'linux') pkg.libc = ['glibc']
      }
      if (pkg.name === '@sparticuz/chromium') {
        pkg.os = ['linux']
        pkg.cpu = ['x64']
        pkg.libc = ['glibc']
      }
      return pkg
    },
  },
}
