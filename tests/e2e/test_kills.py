"""A sample of the campaign of kills.py: the same rounds each time, and some that are new."""

import random

import pytest
from kills import play

FIXED_SEED = 1
FRESH_SEED = random.SystemRandom().randrange(10**6)


@pytest.mark.parametrize("number", range(4))
def test_what_a_kill_leaves_behind_is_whole_and_true(number, tmp_path):
    play(tmp_path, FIXED_SEED, number)


@pytest.mark.parametrize("number", range(2))
def test_so_it_is_at_moments_that_nobody_has_tried(number, tmp_path):
    print(f"kills.py --seed {FRESH_SEED} --only {number} repeats this round")
    play(tmp_path, FRESH_SEED, number)


def test_a_round_on_real_spark(tmp_path):
    play(tmp_path, FIXED_SEED, 0, spark=True)
