"""What a person's first program does before any picture: open a checkpoint, read a text, print what comes next.

Arguments: the checkpoint's folder, the text, the number of threads. Prints the milliseconds of each step.
"""

import json
import sys
import time

start = time.perf_counter()

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

imported = time.perf_counter()
folder, text, threads = sys.argv[1:]
torch.set_num_threads(int(threads))
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager").eval()
loaded = time.perf_counter()
inputs = tokenizer(text, return_tensors="pt")
with torch.inference_mode():
    outputs = model(**inputs, output_attentions=True)
best = outputs.logits[0, -1].softmax(-1).topk(5)
words = [tokenizer.decode(token) for token in best.indices]
ran = time.perf_counter()
steps = {"import": imported - start, "load": loaded - imported, "run": ran - loaded}
print(", ".join(words), file=sys.stderr)
print(json.dumps({name: 1000 * seconds for name, seconds in steps.items()}), flush=True)
