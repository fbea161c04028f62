"""HTTP: the page, WebSocket, and the HTTP interface for programs."""
