"""HTTP: the page, WebSocket, and what else programs ask for over HTTP."""
