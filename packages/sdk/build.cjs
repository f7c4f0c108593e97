// Compiles contract and SDK for npm into their folders `dist`, each with a package.json of its own:
// npm itself does not apply publishConfig.exports. Publish with `npm publish packages/sdk/dist`.
'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { install } = require('../../scripts/install.cjs');

try {
  install(path.join(__dirname, '../..'));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

for (const folder of ['contract', 'sdk']) {
  const root = path.join(__dirname, '..', folder);
  const dist = path.join(root, 'dist');
  fs.rmSync(dist, { recursive: true, force: true });
  const { status } = spawnSync('tsc', ['-p', path.join(root, 'tsconfig.build.json')], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);

  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { publishConfig, scripts: _, devDependencies: __, ...rest } = manifest;
  const published = { ...rest, ...publishConfig, engines: { node: '>=20' } };
  fs.writeFileSync(path.join(dist, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
}
