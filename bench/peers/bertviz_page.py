"""Writes the page that BertViz 1.4.1 makes of attention in a file.

Usage: bertviz_page.py VALUES LAYERS HEADS TOKENS VIEW PAGE, with VALUES the float32 numbers of layer, head, destination,
source; VIEW is `model` or `head`.
"""

import sys

import numpy
import torch
from bertviz import head_view, model_view


def main() -> None:
    values, layers, heads, count, view, page = sys.argv[1:]
    shape = (int(layers), 1, int(heads), int(count), int(count))
    attention = torch.from_numpy(numpy.fromfile(values, dtype=numpy.float32).reshape(shape))
    tokens = [f"token{index}" for index in range(int(count))]
    draw = {"model": model_view, "head": head_view}[view]
    html = draw(list(attention), tokens, html_action="return").data
    with open(page, "w", encoding="utf-8") as file:
        file.write(f'<!doctype html><meta charset="utf-8"><title>BertViz</title><body>{html}</body>')


main()
