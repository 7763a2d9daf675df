"""MinHash and bands: how likely a pair becomes a candidate."""

import numpy as np
import pytest

from tasks.deduplication.minhash import band_keys, bands_for, candidate_probability
from tasks.deduplication.shingles import ShingleSets


def pairs(size, jaccard, count):
    """Return 2 × count sets, each pair with a union of `size` and this Jaccard."""
    rng = np.random.default_rng(7)
    sets = []
    for _ in range(count):
        union = rng.integers(0, 2**32, size, dtype=np.uint32)
        common = round(jaccard * size)
        mine = common + (size - common) // 2
        sets += [np.unique(union[:mine]), np.unique(np.concatenate([union[:common], union[mine:]]))]
    return ShingleSets(np.concatenate(sets), np.cumsum([0, *map(len, sets)]))


@pytest.mark.parametrize("size", [20, 40, 80, 160, 640])
@pytest.mark.parametrize("jaccard", [0.5, 0.85])
def test_candidates_follow_the_curve(size, jaccard):
    """Short and long texts become candidates with the probability that the bands promise."""
    keys = band_keys(pairs(size, jaccard, 1_500), 21, 6)
    met = (keys[0::2] == keys[1::2]).any(axis=1).mean()
    assert met == pytest.approx(candidate_probability(jaccard, 21, 6), abs=0.045)  # some 4 standard deviations


def test_bands_follow_from_the_threshold():
    """The bands are the strictest that still find a pair at the threshold."""
    bands, rows = bands_for(0.8, 0.995, 128)
    assert (bands, rows) == (21, 6)
    assert candidate_probability(0.8, bands, rows) >= 0.995 > candidate_probability(0.8, 128 // 7, 7)
    assert bands_for(0.3, 0.9999, 16) == (16, 1)  # nothing reaches it: every bin is a band


def test_one_shingle_fills_all_bins():
    """A text of one shingle has as many keys as any other, and only its equals share them."""
    keys = band_keys(ShingleSets(np.array([5, 5, 6], np.uint32), np.arange(4)), 21, 6)
    assert (keys[0] == keys[1]).all()
    assert not np.isin(keys[2], keys[0]).any()
