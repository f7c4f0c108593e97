/** Contestant: what HTTP alone takes. Reads the body and answers a constant. */
import { createServer } from 'node:http';
import { answerOnFreePort } from './contestants.ts';

const ANSWER = JSON.stringify({ status: 'OK', reason: 1 });

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    response.setHeader('content-type', 'application/json');
    response.end(ANSWER);
  });
});
answerOnFreePort(server);
