# SPDX-License-Identifier: MIT
"""The Python SDK of the Model Context Protocol: a server with one tool that
reports its progress, over streamable HTTP."""
import asyncio

from mcp.server.mcpserver import Context, MCPServer

server = MCPServer("counter")


@server.tool()
async def count(ctx: Context) -> str:
    """Counts to five."""
    for number in range(1, 6):
        await ctx.report_progress(number, 5)
        await asyncio.sleep(0.05)
    return "counted"


if __name__ == "__main__":
    server.run("streamable-http", port=0)
