// SPDX-License-Identifier: MIT
// Says where a server listens, once it does.
export const host = "127.0.0.1";

export function told(server) {
  console.log(`listening on http://${host}:${server.address().port}`);
}
