"""Computes the relatedness of sectors from the input-output table of 153 sectors.

Run by hand, not by make.sh, because the table is not part of the project:

    python3 relatedness.py FLOWS.csv TOTALS.csv > ../sources/relatedness_io153_2020.csv

FLOWS.csv has a row for each supplier and a column for each buyer, in current producer prices of 10,000 yuan, as the
National Bureau of Statistics of China publishes them; TOTALS.csv has `code` and `gross_output` beside others.
"""

import csv
import math
import sys

COLUMNS = "i,j,in_j_from_i,in_i_from_j,out_i_to_j,out_j_to_i,io_max,cos_input,cos_output".split(",")
LEAST = 0.01


def rows(path):
    """The rows of a CSV file."""
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def cosine(x, y):
    """The cosine of two vectors; 0 where one of them is nought."""
    length = math.sqrt(math.fsum(a * a for a in x) * math.fsum(b * b for b in y))
    return math.fsum(a * b for a, b in zip(x, y)) / length if length else 0.0


def share(part, whole):
    """A share, 0 of nothing."""
    return part / whole if whole else 0.0


def main(flows_path, totals_path):
    flows = rows(flows_path)
    codes = flows[0][1:]
    flow = [[float(cell or 0) for cell in row[1:]] for row in flows[1:]]
    header, *totals = rows(totals_path)
    gross = {row[0]: float(row[header.index("gross_output")]) for row in totals}
    inputs = [list(column) for column in zip(*flow)]
    bought = [math.fsum(column) for column in inputs]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for i, code_i in enumerate(codes):
        for j in range(i + 1, len(codes)):
            code_j = codes[j]
            shares = (
                share(flow[i][j], bought[j]),
                share(flow[j][i], bought[i]),
                share(flow[i][j], gross[code_i]),
                share(flow[j][i], gross[code_j]),
            )
            cosines = (cosine(inputs[i], inputs[j]), cosine(flow[i], flow[j]))
            # Imports are sold, too, so a share of gross output can pass 1.
            related = min(1.0, max(shares))
            if max(related, *cosines) >= LEAST:
                writer.writerow([code_i, code_j, *(f"{value:.6f}" for value in (*shares, related, *cosines))])


if __name__ == "__main__":
    main(*sys.argv[1:])
