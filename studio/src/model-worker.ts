/** The worker of a page without a server. */
import 'pellucid/worker';
