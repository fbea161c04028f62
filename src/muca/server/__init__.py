"""The server around the Hub: configuration, listeners, connections, the runtime. The only impure server code."""
