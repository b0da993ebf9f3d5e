/** The page of a static site: no server, the models lie in a worker of the page. */
import { start } from './start.js';
import { workerSession } from './worker-session.js';

void start(workerSession);
