"""Golden values: python make.py DIR
(krippendorff, nltk, scipy, statsmodels from PyPI; versions go into the files)."""
import json, random, sys
from importlib.metadata import version
import numpy, krippendorff
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import masi_distance, binary_distance
from scipy.stats import nbinom
from statsmodels.stats.multitest import multipletests

def tables(rng):
    out = []
    while len(out) < 60:
        units, coders, tags = rng.randint(2, 25), rng.randint(2, 4), rng.randint(2, 6)
        truth = [frozenset(rng.sample(range(tags), rng.randint(1, min(3, tags)))) for _ in range(units)]
        codings = []
        for unit in range(units):
            for coder in range(coders):
                if rng.random() < 0.15:
                    continue
                given = truth[unit] if rng.random() < 0.6 else frozenset(rng.sample(range(tags), rng.randint(1, min(3, tags))))
                codings.append((unit, coder, given))
        values = sorted({tuple(sorted(c[2])) for c in codings})
        matrix = numpy.full((coders, units), numpy.nan)
        for unit, coder, given in codings:
            matrix[coder, unit] = values.index(tuple(sorted(given)))
        rows = [(str(c), str(u), g) for u, c, g in codings]
        try:
            nominal = krippendorff.alpha(reliability_data=matrix, level_of_measurement="nominal")
            again = AnnotationTask(data=rows, distance=binary_distance).alpha()
            masi = AnnotationTask(data=rows, distance=masi_distance).alpha()
        except (ValueError, ZeroDivisionError):
            continue
        if numpy.isnan(nominal):
            continue
        assert abs(nominal - again) < 1e-12
        out.append({"codings": [[u, c, sorted(g)] for u, c, g in codings], "nominal": float(nominal), "masi": float(masi)})
    return out

def main(folder):
    rng = random.Random(20261122)
    made = {n: version(n) for n in ["krippendorff", "nltk"]}
    json.dump({"made_with": made, "tables": tables(rng)}, open(f"{folder}/alpha.json", "w"), separators=(",", ":"))
    nb = []
    for mean in [0.02, 0.3, 1, 2, 2.6, 14, 60, 900, 12000]:
        for ratio in [1.0005, 1.04, 1.3, 2.5, 9]:
            size, p = mean / (ratio - 1), 1 / ratio
            for z in [-3, -1, 0, 1, 3, 6]:
                k = int(max(0, round(mean + z * (mean * ratio) ** 0.5)))
                nb.append([mean, mean * ratio, k, float(nbinom.pmf(k, size, p)), float(nbinom.cdf(k, size, p)), float(nbinom.sf(k, size, p))])
    bh = []
    for n in [1, 2, 7, 40]:
        for _ in range(3):
            ps = [rng.random() ** rng.choice([1, 4]) for _ in range(n)]
            if n > 2:
                ps[1] = ps[0]
            bh.append({"p": ps, "q": [float(q) for q in multipletests(ps, method="fdr_bh")[1]]})
    made = {n: version(n) for n in ["scipy", "statsmodels"]}
    json.dump({"made_with": made, "columns": ["mean", "variance", "k", "pmf", "cdf", "sf"], "negative_binomial": nb, "benjamini_hochberg": bh}, open(f"{folder}/trend.json", "w"), separators=(",", ":"))

main(sys.argv[1])
