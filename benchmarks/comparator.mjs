// Compares pacts with documents as its arguments say, in loops, and prints what each took as JSON.
// node comparator.mjs PACKAGE JOBS, where JOBS is [{document, pact, cold, warm}], the first two being files.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [, , module, jobs] = process.argv;
const { Comparator } = await import(pathToFileURL(module).href);

async function compared(comparator, pact) {
  let found = 0;
  for await (const result of comparator.compare(JSON.parse(pact))) {
    found += result.type === "error" ? 1 : 0;
  }
  return found;
}

async function timed(times, action) {
  const took = [];
  for (let at = 0; at < times; at += 1) {
    const begun = performance.now();
    const used = process.cpuUsage();
    await action();
    const { user, system } = process.cpuUsage(used);
    took.push([performance.now() - begun, (user + system) / 1000]);
  }
  return took;
}

const told = [];
for (const job of JSON.parse(readFileSync(jobs, "utf8"))) {
  const document = readFileSync(job.document, "utf8");
  const pact = readFileSync(job.pact, "utf8");
  const errors = await compared(new Comparator(JSON.parse(document)), pact);
  const cold = await timed(job.cold, () => compared(new Comparator(JSON.parse(document)), pact));
  const comparator = new Comparator(JSON.parse(document));
  await compared(comparator, pact);
  const warm = await timed(job.warm, () => compared(comparator, pact));
  told.push({ errors, cold, warm });
}
console.log(JSON.stringify(told));
