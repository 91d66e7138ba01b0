"""Phrases by number, for tests in which several real processes add them. As a program: into the test's database."""

import hashlib
import multiprocessing
import os
import sys
import time
from pathlib import Path

import numpy as np

from search.phrase_file import DIMENSIONS, PhraseFile

SPAWN = multiprocessing.get_context("spawn")  # a process that shares nothing with the tests' own


def key(number):
    return hashlib.sha256(str(number).encode()).digest()


def vector(number):
    row = np.random.default_rng(number).standard_normal(DIMENSIONS)
    return (row / np.linalg.norm(row)).astype(np.float16)


def phrases(*numbers):
    return {key(number): vector(number) for number in numbers}


def add_in_steps(folder, numbers):
    """Into the copy in a folder, seven at a time."""
    copy = PhraseFile(folder)
    for start in range(0, len(numbers), 7):
        copy.write(phrases(*numbers[start : start + 7]))
    # Whoever waited too long for the others leaves it to the next time: here, to the next round.
    while not copy.read([key(number) for number in numbers])[1].all():
        copy.write(phrases(*numbers))


def wait_until(what, seconds=30):
    ends_at = time.monotonic() + seconds
    while not what():
        if time.monotonic() > ends_at:
            raise TimeoutError("It did not come about.")
        time.sleep(0.001)


def add_to_the_site(folder, numbers):
    """Into the table and the copy in a folder, eleven at a time, in an order of this process's own."""
    import django

    django.setup()
    from search.phrases import DatabasePhrases, LocalPhrases

    np.random.default_rng(os.getpid()).shuffle(numbers)
    store = LocalPhrases(PhraseFile(folder), DatabasePhrases())
    for start in range(0, len(numbers), 11):
        store.add({key(number).hex(): vector(number) for number in numbers[start : start + 11]})


if __name__ == "__main__":
    add_to_the_site(Path(sys.argv[1]), list(range(int(sys.argv[2]), int(sys.argv[3]))))
