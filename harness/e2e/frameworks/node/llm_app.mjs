// SPDX-License-Identifier: MIT
// aimock, a mock of the APIs of language models, as its page starts it.
import { LLMock } from "@copilotkit/aimock";

const mock = new LLMock({ port: 0 });
const words = "One word after another comes along, and then it is over.";
mock.addFixture({ match: {}, response: { content: words } });
await mock.start();
console.log(`listening on ${mock.url}`);
