/** The network of one browser, which can be lost and found again. */

/** Puts itself between the pages of a context and the server; call it before a page is opened. */
export async function losableNetwork(context) {
  const sockets = new Set();
  let there = true;
  await context.routeWebSocket(/\/api\/ws/, (socket) => {
    if (!there) {
      void socket.close();
      return;
    }
    sockets.add(socket);
    socket.connectToServer();
  });
  return {
    /** Nothing gets through any more; what was open breaks. */
    async lose() {
      there = false;
      await context.setOffline(true);
      for (const socket of sockets) await socket.close();
      sockets.clear();
    },
    async find() {
      there = true;
      await context.setOffline(false);
    },
  };
}
