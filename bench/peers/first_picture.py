"""What a person's first program does: open a checkpoint, read a text, draw one head.

Arguments: the checkpoint's folder, the text, the picture's file, the number of threads. Prints the milliseconds of each
step once the picture is on the disk.
"""

import json
import sys
import time

start = time.perf_counter()

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import seaborn as sns
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

imported = time.perf_counter()
folder, text, file, threads = sys.argv[1:]
torch.set_num_threads(int(threads))
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager").eval()
loaded = time.perf_counter()
inputs = tokenizer(text, return_tensors="pt")
with torch.inference_mode():
    outputs = model(**inputs, output_attentions=True)
ran = time.perf_counter()
tokens = tokenizer.convert_ids_to_tokens(inputs["input_ids"][0])
plt.figure(figsize=(10, 8))
sns.heatmap(outputs.attentions[0][0, 0], annot=True, cmap="YlGnBu", xticklabels=tokens, yticklabels=tokens, square=True)
plt.savefig(file)
drawn = time.perf_counter()
steps = {"import": imported - start, "load": loaded - imported, "run": ran - loaded, "draw": drawn - ran}
print(json.dumps({name: 1000 * seconds for name, seconds in steps.items()}), flush=True)
