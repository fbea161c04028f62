"""Mentions: the server's cost of a text with ``@name``, compared with one of the same length without, in one run.

One member sends and a second one reads, so that mostly the storing of messages is measured. Both are measured by the
CPU time of the server's process, all threads.

    PYTHONPATH=. python benchmarks/mentions.py [--seconds 5] [--rounds 5]
"""

import argparse
import statistics

from benchmarks.fanout import TEXT, measure_muca

TEXTS = {
    "one name": "@Member 1 helium level is down to 31 %, refill is due",
    "one name, in the middle": "The helium is down to 31 %, @Member 1 refill is due",
    "an address of mail": "The helium level is down to 31 %, ask dewar@cold.lab",
    "five names": "@Member 0 @Member 1 @Member 0 @Member 1 @Member 0 hi",
}


def main() -> None:
    """Measure them in turn, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    trial = (2, 1, 256, options.seconds)
    ratios: dict[str, list[float]] = {name: [] for name in TEXTS}
    for _ in range(options.rounds):
        plain, _ = measure_muca(trial, text=TEXT)
        for name, text in TEXTS.items():
            rate, _ = measure_muca(trial, text=text)
            ratios[name].append(plain / rate)
    for name, found in ratios.items():
        print(f"{name:<25} {statistics.median(found):.2f} times a text without ({min(found):.2f} to {max(found):.2f})")


if __name__ == "__main__":
    main()
