#!/bin/sh
# A server and four windows. Closing the windows leaves the server; Ctrl+C ends it.
cd "$(dirname "$0")" || exit 1
python3 Chatserver.py &
server=$!
trap 'kill "$server" 2>/dev/null' INT TERM
sleep 1
for config in config.txt config1.txt config2.txt config3.txt; do
    python3 ChatApp.py "$config" &
done
wait "$server"
