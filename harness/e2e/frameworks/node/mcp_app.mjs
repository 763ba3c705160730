// SPDX-License-Identifier: MIT
// The TypeScript SDK of the Model Context Protocol: sessions over streamable
// HTTP, and one tool that reports its progress.
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { createMcpExpressApp } from "@modelcontextprotocol/sdk/server/express.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { isInitializeRequest } from "@modelcontextprotocol/sdk/types.js";
import { host, told } from "./listen.mjs";

const transports = new Map();

function counter() {
  const server = new McpServer({ name: "counter", version: "1.0.0" });
  server.registerTool("count", { description: "Counts to five" }, count);
  return server;
}

async function count(extra) {
  const { progressToken } = extra._meta ?? {};
  for (let progress = 1; progress <= 5; progress += 1) {
    if (progressToken !== undefined) {
      await extra.sendNotification({
        method: "notifications/progress",
        params: { progressToken, progress, total: 5 },
      });
    }
    await setTimeout(50);
  }
  return { content: [{ type: "text", text: "counted" }] };
}

async function open() {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: () => randomUUID(),
    onsessioninitialized: (id) => transports.set(id, transport),
  });
  await counter().connect(transport);
  return transport;
}

const app = createMcpExpressApp();
app.all("/mcp", async (req, res) => {
  const known = transports.get(req.headers["mcp-session-id"]);
  if (known) return known.handleRequest(req, res, req.body);
  if (req.method === "POST" && isInitializeRequest(req.body)) {
    return (await open()).handleRequest(req, res, req.body);
  }
  const named = "mcp-session-id" in req.headers;
  return res.status(named ? 404 : 400).json({
    jsonrpc: "2.0",
    error: { code: -32001, message: "Session not found" },
    id: null,
  });
});

const server = app.listen(0, host, () => told(server));
