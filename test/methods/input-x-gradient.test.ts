import { testReference } from './method-golden.js';

testReference('input-x-gradient');
