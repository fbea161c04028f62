-- Events with an earlier time than the event before them in their room: there, the clock had been put back.
CREATE TABLE clock_steps (
    event INTEGER PRIMARY KEY
) STRICT;

INSERT INTO clock_steps
SELECT later.id FROM events AS later CROSS JOIN events AS before ON before.id = later.id - 1
WHERE later.ts_ms < before.ts_ms;
