"""The table of phrases and this machine's copy of it, with real processes on the database of the tests."""

import logging
import subprocess
import sys

import numpy as np
import pytest

from search.embeddings import Embedder
from search.models import Phrase
from search.phrase_file import DIMENSIONS, KEY_BYTES
from search.phrases import DatabasePhrases, site_phrases, writing_phrases
from tests.phrase_writer import key, phrases, vector, wait_until
from tests.processes import environment


def hexed(*numbers):
    return {one.hex(): row for one, row in phrases(*numbers).items()}


def same(found, *numbers):
    return found.keys() == hexed(*numbers).keys() and all(
        (found[one] == row).all() for one, row in hexed(*numbers).items()
    )


@pytest.mark.django_db
class TestReading:
    def test_what_is_in_the_table_alone_is_copied_and_then_read_without_it(self, django_assert_num_queries):
        DatabasePhrases().add(hexed(1, 2))
        with django_assert_num_queries(1):
            assert same(site_phrases().get([key(1).hex(), key(2).hex(), key(3).hex()]), 1, 2)
        with django_assert_num_queries(0):
            assert same(site_phrases().get([key(2).hex(), key(1).hex()]), 1, 2)

    def test_adding_writes_the_table_and_the_copy(self, django_assert_num_queries):
        site_phrases().add(hexed(1, 2))
        site_phrases().add(hexed(2, 3))
        assert same(DatabasePhrases().get([key(number).hex() for number in (1, 2, 3)]), 1, 2, 3)
        with django_assert_num_queries(0):
            assert same(site_phrases().get([key(number).hex() for number in (1, 2, 3)]), 1, 2, 3)

    def test_what_the_table_held_first_is_what_is_copied(self):
        DatabasePhrases().add(hexed(1))
        site_phrases().add({key(1).hex(): vector(99)})
        assert same(site_phrases().get([key(1).hex()]), 1)

    def test_rows_come_in_the_order_of_their_keys_in_hex_or_bytes(self, django_assert_num_queries):
        site_phrases().add(hexed(1, 2, 3))
        wanted = np.stack([vector(3), vector(1), vector(3)])
        with django_assert_num_queries(0):
            assert (site_phrases().rows([key(3), key(1), key(3)]) == wanted).all()
            assert (site_phrases().rows([key(3).hex(), key(1).hex(), key(3).hex()]) == wanted).all()
        assert site_phrases().rows([]).shape == (0, DIMENSIONS)

    def test_a_phrase_that_is_nowhere_is_a_row_of_noughts_and_one_log_line(self, caplog):
        DatabasePhrases().add(hexed(1))
        with caplog.at_level(logging.WARNING):
            rows = site_phrases().rows([key(7), key(1), key(8)])
        assert (rows == np.stack([np.zeros(DIMENSIONS), vector(1), np.zeros(DIMENSIONS)])).all()
        assert [record.getMessage() for record in caplog.records] == [
            "2 of 3 phrases that were asked for are nowhere in the database"
        ]

    def test_with_a_copy_that_cannot_be_used_the_table_serves(self, settings, tmp_path):
        settings.PHRASES_DIR = tmp_path / "a file"
        settings.PHRASES_DIR.write_text("")
        site_phrases().add(hexed(1))
        assert same(site_phrases().get([key(1).hex()]), 1)
        assert (site_phrases().rows([key(1)]) == vector(1)).all()

    def test_who_writes_documents_gives_a_restored_table_its_phrases_again(self, fake_encoder):
        first = Embedder(writing_phrases()).vectors(["drive a lorry", "cut hair"])
        Phrase.objects.all().delete()  # as a backup from before leaves it
        assert (Embedder(site_phrases()).vectors(["cut hair"]) == first[1]).all()
        assert not Phrase.objects.exists()
        fake_encoder.encoded.clear()
        assert (Embedder(writing_phrases()).vectors(["drive a lorry", "cut hair"]) == first).all()
        assert sorted(fake_encoder.encoded) == ["cut hair", "drive a lorry"]
        assert Phrase.objects.count() == 2


# Several processes ---------------------------------------------------------------------------------------------------


def start_writer(folder, first, last):
    command = [sys.executable, "-m", "tests.phrase_writer", str(folder), str(first), str(last)]
    return subprocess.Popen(command, env=environment())


def require_all_once(folder, numbers):
    keys = [key(number).hex() for number in numbers]
    assert sorted(Phrase.objects.values_list("key", flat=True)) == sorted(keys)
    assert same(DatabasePhrases().get(keys), *numbers)
    assert (site_phrases().rows(keys) == np.stack([vector(number) for number in numbers])).all()
    assert (folder / "keys").stat().st_size == KEY_BYTES * len(keys)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.slow
def test_four_processes_add_the_same_phrases_at_once_and_none_is_lost_or_doubled(settings):
    writers = [start_writer(settings.PHRASES_DIR, start, start + 600) for start in (0, 100, 200, 300)]
    assert [writer.wait(timeout=300) for writer in writers] == [0, 0, 0, 0]
    require_all_once(settings.PHRASES_DIR, range(900))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.slow
def test_a_process_killed_while_it_adds_leaves_what_the_others_can_go_on_with(settings):
    writers = [start_writer(settings.PHRASES_DIR, 0, 3000), start_writer(settings.PHRASES_DIR, 0, 500)]
    wait_until(lambda: Phrase.objects.count() > 100, seconds=60)
    writers[0].kill()
    assert writers[0].wait() < 0
    assert writers[1].wait(timeout=300) == 0
    assert same(DatabasePhrases().get([key(number).hex() for number in range(500)]), *range(500))
    site_phrases().add(hexed(*range(600)))
    found = site_phrases().rows([key(number) for number in range(600)])
    assert (found == np.stack([vector(number) for number in range(600)])).all()
