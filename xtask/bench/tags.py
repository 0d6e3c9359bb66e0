"""Tag suggestions beside a linear model of scikit-learn and omikuji, on the same splits: tags.py SARANG DATA.

The last lines are a table. What is not installed is said and left out."""

import collections
import json
import os
import random
import subprocess
import sys
import tempfile
import zlib

try:
    import numpy
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union
    from sklearn.preprocessing import MultiLabelBinarizer
    from sklearn.svm import LinearSVC
except ImportError as why:
    numpy = None
    print(f"not run: scikit-learn ({why})")
try:
    import omikuji
except ImportError as why:
    omikuji = None
    print(f"not run: omikuji ({why})")

SARANG, DATA = sys.argv[1:]


def read(name):
    with open(os.path.join(DATA, "tagging", name + ".jsonl"), encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def split(name, is_test=lambda row: zlib.crc32(row["text"].encode()) % 5 == 0):
    rows = read(name)
    return [row for row in rows if not is_test(row)], [row for row in rows if is_test(row)]


def few(k, seed):
    """banking77 with a fifth of the tags cut to k examples, measured on those tags."""
    train, test = split("banking77-train")
    tags = sorted({tag for row in train for tag in row["tags"]})
    rng = random.Random(seed)
    cut = set(rng.sample(tags, round(len(tags) * 0.2)))
    rng.shuffle(train)
    seen, kept = collections.Counter(), []
    for row in train:
        tag = row["tags"][0]
        seen[tag] += 1
        if tag not in cut or seen[tag] <= k:
            kept.append(row)
    return kept, [row for row in test if row["tags"][0] in cut]


def without_names(rows):
    """The same rows with tags whose names tell nothing."""
    names = {}
    rename = lambda tag: names.setdefault(tag, f"t{len(names)}")
    return [[{**row, "tags": [rename(tag) for tag in row["tags"]]} for row in part] for part in rows]


def ours(train, test):
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("train", "test")]
        for path, rows in zip(paths, (train, test)):
            with open(path, "w", encoding="utf-8") as file:
                file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        command = [SARANG, "eval", "tags", "--train", paths[0], "--test", paths[1]]
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout.splitlines()[-1])


def measure(ranked, test):
    pairs = [(best, set(row["tags"])) for best, row in zip(ranked, test) if row["tags"]]
    mean = lambda values: sum(values) / len(pairs)
    return {
        "p_at_1": mean(best[0] in true for best, true in pairs),
        "hit_at_3": mean(bool(true & set(best[:3])) for best, true in pairs),
        "r_at_5": mean(len(true & set(best[:5])) / len(true) for best, true in pairs),
    }


def peers(train, test):
    if numpy is None:
        return {}
    words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2))
    grams = TfidfVectorizer(sublinear_tf=True, ngram_range=(2, 5), analyzer="char_wb")
    vectors = make_union(words, grams)
    seen, asked = vectors.fit_transform([row["text"] for row in train]), vectors.transform([row["text"] for row in test])
    labels = MultiLabelBinarizer()
    truth = labels.fit_transform([row["tags"] for row in train])
    margins = numpy.column_stack(
        [LinearSVC(C=1).fit(seen, truth[:, tag]).decision_function(asked) for tag in range(truth.shape[1])]
    )
    named = lambda order: [[labels.classes_[tag] for tag in best] for best in order]
    found = {"linear": measure(named(numpy.argsort(-margins, 1)[:, :5]), test)}
    if omikuji is not None:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "train")
            with open(path, "w", encoding="utf-8") as file:
                file.write(f"{seen.shape[0]} {seen.shape[1]} {truth.shape[1]}\n")
                for row, tags in zip(seen, truth):
                    features = " ".join(f"{i}:{x:.6f}" for i, x in zip(row.indices, row.data))
                    file.write(",".join(map(str, numpy.flatnonzero(tags))) + " " + features + "\n")
            model = omikuji.Model.train_on_data(path)
        best = [[tag for tag, _ in model.predict(list(zip(row.indices.tolist(), row.data.tolist())), top_k=5)] for row in asked]
        found["omikuji"] = measure(named(best), test)
    return found


def show(name, train, test):
    found = {"sarang": ours(train, test), **peers(train, test)}
    for who, of in found.items():
        figures = " | ".join(f"{of[key]:.3f}" for key in ("p_at_1", "hit_at_3", "r_at_5"))
        rest = " | ".join(f"{of[key]:.3f}" if key in of else "" for key in ("micro_f1", "macro_f1", "ece"))
        print(f"| {name} | {len(train)} / {len(test)} | {who} | {figures} | {rest} |", flush=True)
    if any(not row["tags"] for row in test):
        print(f"none fits: recall {found['sarang']['none_recall']:.3f} at precision {found['sarang']['none_precision']:.3f}")


def show_few(k):
    sums = collections.defaultdict(list)
    for seed in range(5):
        train, test = few(k, seed)
        sums["sarang"].append(ours(train, test)["r_at_5"])
        sums["sarang, tags without names"].append(ours(*without_names((train, test)))["r_at_5"])
        for who, of in peers(train, test).items():
            sums[who].append(of["r_at_5"])
    figures = "; ".join(f"{who} {sum(values) / len(values):.3f}" for who, values in sums.items())
    print(f"recall@5 of tags cut to {k}: {figures}", flush=True)


def show_size(taggings=1_000_000, tags=2_000, characters=4_000):
    """Time and memory at the size of a large installation: texts made of the words of the sets, tags of uneven use."""
    rng = random.Random(7)
    rows = read("composite-train") + read("kote-ko-val")
    words = sorted({word for row in rows for word in row["text"].split()})
    topics = [rng.sample(words, 24) for _ in range(tags)]
    uses = [1 / (place + 5) for place in range(tags)]
    common = [word for row in rng.sample(rows, 2_000) for word in row["text"].split()]

    def text(tag, length):
        return " ".join(rng.choice(topics[tag]) if rng.random() < 0.35 else rng.choice(common) for _ in range(length))

    def lines(n, length):
        for tag in rng.choices(range(tags), uses, k=n):
            yield {"text": text(tag, length)[:characters], "lang": "mixed", "tags": [f"tag {tag}"]}

    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("train", "test")]
        for path, rows in zip(paths, (lines(taggings, 14), lines(1_000, characters))):
            with open(path, "w", encoding="utf-8") as file:
                file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        command = [SARANG, "eval", "tags", "--train", paths[0], "--test", paths[1]]
        found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout.splitlines()[-1])
    print(f"{taggings} taggings of {tags} tags: learned and fitted in {found['train_secs']:.0f} s; suggestions for "
          f"{characters} characters p50 {found['p50_ms']:.1f} ms, p99 {found['p99_ms']:.1f} ms; memory of the process "
          f"{found['rss_mb']:.0f} MB after, {found['peak_mb']:.0f} MB at most", flush=True)


print("| set | train / test | | P@1 | hit@3 | R@5 | micro-F1 | macro-F1 | ECE |")
print("|---|---|---|---|---|---|---|---|---|")
folds = lambda row: row["fold"] >= 8
show("banking77", *split("banking77-train"))
show("clinc150", read("clinc150-train"), read("clinc150-dev"))
show("nlupp banking", *split("nlupp-banking-folds0-9", folds))
show("nlupp hotels", *split("nlupp-hotels-folds0-9", folds))
show("kote", *split("kote-ko-val"))
show("composite", *split("composite-train"))
for k in (1, 3, 5):
    show_few(k)
show_size()
