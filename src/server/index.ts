export { type PageFile, type StudioServer, type StudioServerOptions, startServer } from './listener.js';
