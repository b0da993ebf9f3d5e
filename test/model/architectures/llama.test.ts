import { testDecoder } from './decoder.js';

testDecoder(['llama-default', 'llama-unusual', 'llama-bf16']);
