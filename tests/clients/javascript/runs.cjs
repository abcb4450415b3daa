// pact-js as teams use it: one job a line on standard input, one answer a line on standard output, so that one start of
// node serves many. Run in the folder where pact-js is installed.
const { createRequire } = require("node:module");
const { createInterface } = require("node:readline");
const { MatchersV3, PactV4, Verifier } = createRequire(`${process.cwd()}/`)("@pact-foundation/pact");

const order = (number) => ({ id: MatchersV3.string(number), status: MatchersV3.regex("open|paid", "open") });

// A consumer's test: each order is really fetched from the mock server; the pact is what is left of it.
async function consume({ consumer, provider, dir, orders, messages = [] }) {
  const pact = new PactV4({ consumer, provider, dir, logLevel: "error" });
  for (const number of orders) {
    await pact
      .addInteraction()
      .given("an order", { number })
      .uponReceiving(`get order ${number}`)
      .withRequest("GET", `/orders/${number}`)
      .willRespondWith(200, (response) => response.jsonBody(order(number)))
      .executeTest(async (server) => {
        const answer = await (await fetch(`${server.url}/orders/${number}`)).json();
        if (answer.status !== "open") throw new Error(JSON.stringify(answer));
      });
  }
  for (const number of messages) {
    await pact
      .addAsynchronousInteraction()
      .expectsToReceive(`order ${number} paid`, (message) => message.withJSONContent(order(number)))
      .executeTest(async (message) => {
        if (message.contents.content.id !== number) throw new Error(JSON.stringify(message));
      });
  }
  return "written";
}

async function verify({ options, messages = {} }) {
  const messageProviders = Object.fromEntries(Object.entries(messages).map(([name, body]) => [name, async () => body]));
  await new Verifier({
    logLevel: "error",
    stateHandlers: { "an order": async () => undefined },
    ...(Object.keys(messages).length ? { messageProviders } : {}),
    ...options,
  }).verifyProvider();
  return "verified";
}

(async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    const { job, ...details } = JSON.parse(line);
    let told;
    try {
      told = { done: await { consume, verify }[job](details) };
    } catch (error) {
      told = { failed: String(error.message ?? error) };
    }
    // On a line of its own: native code prints as well, and not always whole lines.
    process.stdout.write(`\nanswer: ${JSON.stringify(told)}\n`);
  }
})();
