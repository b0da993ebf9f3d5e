/** The page of a server. */
import { httpSession } from './http-session.js';
import { start } from './start.js';

void start(httpSession);
