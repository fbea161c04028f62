// A chat server in Bun: WebSocket by uWebSockets, which is C++. It keeps nothing, and publishes each message.
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request, server) {
    return server.upgrade(request) ? undefined : new Response("WebSocket only", { status: 426 });
  },
  websocket: {
    idleTimeout: 0,
    backpressureLimit: 1 << 28,
    message(socket, data) {
      const request = JSON.parse(data);
      if (request.CMD === "JOIN") {
        socket.data = request.UID;
        socket.subscribe("room");
        socket.send(`{"CMD":"ACK","TYPE":"OKAY","RE":"${request.ID}"}`);
        return;
      }
      server.publish("room", JSON.stringify({ CMD: "MSG", TYPE: "ALL", FROM: socket.data, MSG: request.MSG }));
      socket.send(`{"CMD":"ACK","TYPE":"OKAY","RE":"${request.ID}"}`);
    },
  },
});
console.log(`ready ${server.port}`);
