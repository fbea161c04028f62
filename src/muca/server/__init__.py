"""The server around the Hub: configuration, listeners, connections and the runtime. All I/O of the server is here."""
