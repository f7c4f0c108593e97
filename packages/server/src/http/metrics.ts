/** What Prometheus reads at `/metrics`, on a port of its own. */
import { createServer, type Server } from 'node:http';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { Answer } from './every-header.ts';

export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram<'method' | 'route' | 'status'>;
  readonly #databaseLost: Counter;
  readonly #pushes: Counter<'outcome'>;

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: 'switchboard_http_request_seconds',
      help: 'Requests by method, route pattern and status, in seconds.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers: [this.#registry],
    });
    this.#databaseLost = new Counter({
      name: 'switchboard_database_connections_lost_total',
      help: 'Database connections that were lost while idle.',
      registers: [this.#registry],
    });
    this.#pushes = new Counter({
      name: 'switchboard_pushes_total',
      help: 'Tries of deliveries to webhooks by outcome.',
      labelNames: ['outcome'],
      registers: [this.#registry],
    });
  }

  /** @param outcome `delivered`, or the word for what went wrong */
  pushTried(outcome: string): void {
    this.#pushes.inc({ outcome });
  }

  /** @param seconds from the first byte of the request to the last of the answer */
  observe(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status }, seconds);
  }

  databaseLost(): void {
    this.#databaseLost.inc();
  }

  /** Serves `/metrics`; nothing else listens there. */
  async listen(host: string, port: number): Promise<Server> {
    const server = createServer({ ServerResponse: Answer }, async (request, response) => {
      if (request.url !== '/metrics') {
        response.writeHead(404).end();
        return;
      }
      response.setHeader('content-type', this.#registry.contentType);
      response.end(await this.#registry.metrics());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    return server;
  }
}
